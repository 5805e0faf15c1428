from urllib.parse import quote

from app import app

ROWS = [{"room": "hall", "value": 1}, {"room": "attic", "value": 5}, {"room": "hall", "value": 4}]


def parse(question):
    return app.call("GET", f"/parse?q={quote(question)}")


def test_health():
    status, body = app.call("GET", "/health")
    assert (status, body["status"], len(body["metrics"])) == (200, "ok", 4)


def test_a_whole_question():
    answer = parse("How much energy did the kitchen use in the last 2 days")
    assert answer == (200, {"metric": "energy", "unit": "kwh", "room": "kitchen", "hours": 48})


def test_what_is_not_said_has_a_default():
    assert parse("temperature?")[1] == {"metric": "temperature", "unit": "c", "room": None, "hours": 24}
    assert parse("humidity of the attic last week")[1] == {
        "metric": "humidity",
        "unit": "percent",
        "room": "attic",
        "hours": 168,
    }


def test_a_question_needs_a_metric():
    assert parse("how are you")[0] == 400


def test_rows_are_grouped():
    assert app.call("POST", "/aggregate", {"rows": ROWS, "by": "room", "how": "sum"})[1] == {"attic": 5, "hall": 5}
    assert app.call("POST", "/aggregate", {"rows": ROWS, "by": "room", "how": "mean"})[1] == {"attic": 5, "hall": 2.5}
    assert app.call("POST", "/aggregate", {"rows": ROWS, "by": "room", "how": "guess"})[0] == 400
