from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "min_seasons": 2})


def test_the_last_season_repeats_with_its_drift():
    request = {"history": [1, 5, 2, 6], "season": 2, "steps": 4}
    assert app.call("POST", "/forecast", request)[1] == {"values": [3, 7, 4, 8], "drift": 1.0}


def test_consumption_is_never_negative():
    request = {"history": [5, 5, 1, 1], "season": 2, "steps": 2}
    assert app.call("POST", "/forecast", request)[1]["values"] == [0, 0]


def test_two_seasons_are_needed():
    assert app.call("POST", "/forecast", {"history": [1, 2, 3], "season": 2, "steps": 1})[0] == 400


def test_errors_of_a_forecast():
    measured = app.call("POST", "/error", {"real": [10, 20, 0], "forecast": [12, 15, 1]})[1]
    assert measured == {"mae": 2.667, "mape": 22.5, "bias": -0.667}
    assert app.call("POST", "/error", {"real": [1, 2], "forecast": [1]})[0] == 400
