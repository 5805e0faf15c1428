from app import app


def event(title, start, end):
    return {"title": title, "start": start, "end": end}


def test_health():
    assert app.call("GET", "/health")[1] == {"status": "ok", "day": (420, 1320)}


def test_overlaps_count_shared_minutes():
    events = [event("gym", 600, 660), event("call", 630, 700), event("lunch", 700, 760)]
    assert app.call("POST", "/overlaps", events)[1] == [{"titles": ["gym", "call"], "minutes": 30}]


def test_an_event_inside_another_overlaps_wholly():
    events = [event("inner", 620, 640), event("outer", 600, 700)]
    assert app.call("POST", "/overlaps", events)[1] == [{"titles": ["outer", "inner"], "minutes": 20}]


def test_free_time_is_what_nobody_uses():
    events = [event("outer", 480, 720), event("inner", 500, 520), event("late", 780, 1400)]
    assert app.call("POST", "/free", {"events": events, "minutes": 60})[1] == [[420, 480], [720, 780]]
    assert app.call("POST", "/free", {"events": events, "minutes": 61})[1] == []


def test_an_empty_day_is_one_gap():
    assert app.call("POST", "/free", {"events": [], "minutes": 30})[1] == [[420, 1320]]


def test_an_event_cannot_end_before_it_starts():
    assert app.call("POST", "/free", {"events": [event("odd", 600, 600)], "minutes": 1})[0] == 400
