from app import app

IDS = [f"sensor-{number}" for number in range(200)]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "min_points": 2})


def test_a_split_loses_nothing_and_keeps_its_share():
    parts = app.call("POST", "/split", {"ids": IDS, "test_percent": 25})[1]
    assert sorted(parts["train"] + parts["test"]) == sorted(IDS)
    assert 30 < len(parts["test"]) < 70


def test_growth_moves_no_id():
    few = app.call("POST", "/split", {"ids": IDS[:50], "test_percent": 25})[1]
    many = app.call("POST", "/split", {"ids": IDS, "test_percent": 25})[1]
    assert set(few["test"]) <= set(many["test"])
    assert app.call("POST", "/split", {"ids": IDS, "test_percent": 100})[0] == 400


def test_a_straight_line_is_found():
    assert app.call("POST", "/fit", [[0, 1], [1, 3], [2, 5]])[1] == {"slope": 2.0, "intercept": 1.0, "r2": 1.0}


def test_noise_lowers_the_explained_part():
    assert app.call("POST", "/fit", [[0, 0], [1, 2], [2, 1]])[1] == {"slope": 0.5, "intercept": 0.5, "r2": 0.25}
    assert app.call("POST", "/fit", [[1, 0], [1, 2]])[0] == 400
