from app import app

POWER = [{"at": at, "w": 100 if at < 300 else 2100} for at in range(0, 600, 20)]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "window_seconds": 60})


def test_a_kettle_shows_in_the_power():
    events = [{"entity": "kettle", "at": 300}, {"entity": "lamp", "at": 120}]
    assert app.call("POST", "/jumps", {"power": POWER, "events": events})[1] == {
        "kettle": {"events": 1, "watts": 2000},
        "lamp": {"events": 1, "watts": 0},
    }


def test_several_events_are_averaged():
    events = [{"entity": "kettle", "at": 300}, {"entity": "kettle", "at": 500}]
    assert app.call("POST", "/jumps", {"power": POWER, "events": events})[1]["kettle"]["watts"] == 1000


def test_an_event_without_samples_around_it_counts_not():
    assert app.call("POST", "/jumps", {"power": POWER, "events": [{"entity": "x", "at": 9000}]})[1] == {}


def test_pearson():
    assert app.call("POST", "/pearson", {"one": [1, 2, 3], "other": [2, 4, 6]})[1] == {"r": 1.0}
    assert app.call("POST", "/pearson", {"one": [1, 2, 3], "other": [3, 1, 2]})[1] == {"r": -0.5}
    assert app.call("POST", "/pearson", {"one": [1, 2, 3], "other": [5, 5, 5]})[1] == {"r": None}
    assert app.call("POST", "/pearson", {"one": [1, 2], "other": [1, 2, 3]})[0] == 400
