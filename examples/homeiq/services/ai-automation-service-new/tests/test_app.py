from app import app


def draft(when, action="turn_on", entity="light.porch"):
    return app.call("POST", "/draft", {"when": when, "entity": entity, "action": action})


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "actions": 6})


def test_a_time_becomes_a_time_trigger():
    status, automation = draft("at 7:30")
    assert (status, automation["trigger"]) == (200, [{"platform": "time", "at": "07:30:00"}])
    assert automation["action"] == [{"service": "light.turn_on", "target": {"entity_id": "light.porch"}}]


def test_a_change_becomes_a_state_trigger():
    trigger = draft("sun.sun turns below_horizon")[1]["trigger"]
    assert trigger == [{"platform": "state", "entity_id": "sun.sun", "to": "below_horizon"}]


def test_what_cannot_be_read_is_refused():
    assert draft("at 24:00")[0] == 400
    assert draft("when the cows come home")[0] == 400
    assert draft("at 7:30", action="explode")[0] == 400


def test_opposite_actions_on_one_trigger_conflict():
    on, off = draft("at 7:30")[1], draft("at 7:30", action="turn_off")[1]
    later = draft("at 8:30", action="turn_off")[1]
    other = draft("at 7:30", action="turn_off", entity="light.hall")[1]
    assert app.call("POST", "/conflicts", [on, off, later, other])[1] == [[on["alias"], off["alias"]]]
    assert app.call("POST", "/conflicts", [on, on])[1] == []
