import pytest

from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "hints": 3})


def test_the_most_urgent_fitting_hint_comes_first():
    context = {"rain_soon": True, "window_open": True, "cheap_power": True, "occupied": True, "heating": True}
    hints = app.call("POST", "/hints", context)[1]
    assert [hint["urgency"] for hint in hints] == [3, 1]
    assert hints[0]["text"] == "Close the windows before the rain"


def test_a_dismissed_hint_stays_away():
    context = {"cheap_power": True, "dismissed": ["Run the washing machine now, power is cheap"]}
    assert app.call("POST", "/hints", context) == (200, [])


@pytest.mark.parametrize(
    ("now", "start", "end", "answer"),
    [
        ("23:00", "22:00", "06:30", {"quiet": True, "minutes_left": 450}),
        ("06:29", "22:00", "06:30", {"quiet": True, "minutes_left": 1}),
        ("06:30", "22:00", "06:30", {"quiet": False, "minutes_left": 0}),
        ("13:00", "13:00", "14:00", {"quiet": True, "minutes_left": 60}),
        ("22:00", "22:00", "06:30", {"quiet": True, "minutes_left": 510}),
        ("14:00", "13:00", "14:00", {"quiet": False, "minutes_left": 0}),
    ],
)
def test_quiet_hours(now, start, end, answer):
    assert app.call("GET", f"/quiet?now={now}&from={start}&to={end}")[1] == answer
