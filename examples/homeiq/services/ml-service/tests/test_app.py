from app import app


def test_health():
    status, body = app.call("GET", "/health")
    assert (status, body["status"], len(body["algorithms"])) == (200, "ok", 2)


def test_clusters_settle_on_their_means():
    clusters = app.call("POST", "/cluster", {"values": [20, 1, 3, 22, 2, 21], "clusters": 2})[1]
    assert clusters == [{"centre": 2, "values": [1, 2, 3]}, {"centre": 21, "values": [20, 21, 22]}]


def test_centres_move_until_they_rest():
    clusters = app.call("POST", "/cluster", {"values": [0, 1, 2, 3, 4, 30], "clusters": 2})[1]
    assert [group["values"] for group in clusters] == [[0, 1, 2, 3, 4], [30]]


def test_there_are_no_more_clusters_than_values():
    assert app.call("POST", "/cluster", {"values": [5, 5, 5], "clusters": 2})[0] == 400
    assert app.call("POST", "/cluster", {"values": [5, 5, 5], "clusters": 1})[0] == 200


def test_an_outlier_stands_out():
    values = [20, 21, 19, 20, 22, 60]
    assert app.call("POST", "/anomalies", {"values": values})[1] == [{"index": 5, "value": 60}]
    assert app.call("POST", "/anomalies", {"values": values, "limit": 50})[1] == []


def test_among_equals_any_other_value_stands_out():
    assert app.call("POST", "/anomalies", {"values": [5, 5, 5, 6]})[1] == [{"index": 3, "value": 6}]
