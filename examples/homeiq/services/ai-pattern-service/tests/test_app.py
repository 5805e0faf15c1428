from app import app


def event(day, minute, entity):
    return {"day": day, "minute": minute, "entity": entity}


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "min_days": 3})


def test_the_same_half_hour_on_three_days_is_a_habit():
    events = [event(1, 425, "kettle"), event(2, 430, "kettle"), event(3, 441, "kettle"), event(3, 442, "kettle")]
    assert app.call("POST", "/daily", events)[1] == [{"entity": "kettle", "slot": 14, "days": 3, "minute": 432}]


def test_two_days_or_scattered_hours_are_none():
    events = [event(1, 425, "kettle"), event(2, 430, "kettle"), event(3, 900, "kettle")]
    assert app.call("POST", "/daily", events)[1] == []


def test_sequences_are_counted_within_the_window():
    events = [
        event(1, 400, "door"),
        event(1, 402, "hall lamp"),
        event(2, 500, "door"),
        event(2, 505, "hall lamp"),
        event(2, 506, "radio"),
        event(3, 5, "door"),
        event(3, 60, "hall lamp"),
    ]
    assert app.call("POST", "/sequences", {"events": events, "within": 5})[1] == [
        {"first": "door", "then": "hall lamp", "times": 2},
        {"first": "hall lamp", "then": "radio", "times": 1},
    ]
