from app import app


def test_health():
    status, body = app.call("GET", "/health")
    assert (status, body["status"]) == (200, "ok")
    assert "wind" in body["sources"]


def test_intensity_is_weighted_by_amount():
    assert app.call("POST", "/intensity", {"gas": 10, "wind": 30})[1] == {"grams_per_kwh": 131, "band": "low"}
    assert app.call("POST", "/intensity", {"coal": 5})[1] == {"grams_per_kwh": 820, "band": "very high"}


def test_empty_and_unknown_mixes_are_refused():
    assert app.call("POST", "/intensity", {})[0] == 400
    assert app.call("POST", "/intensity", {"peat": 3})[0] == 400


def test_the_cleanest_window_wins():
    forecast = [300, 200, 100, 120, 260]
    best = app.call("POST", "/greenest-window", {"forecast": forecast, "hours": 2})[1]
    assert best == {"start": 2, "mean": 110.0, "saved_against_now": 280}


def test_a_window_fits_exactly_or_not_at_all():
    assert app.call("POST", "/greenest-window", {"forecast": [1, 2], "hours": 2})[1]["start"] == 0
    assert app.call("POST", "/greenest-window", {"forecast": [1, 2], "hours": 3})[0] == 400
