from app import app

ENTITIES = [
    {"id": "light.kitchen", "name": "Kitchen lamp"},
    {"id": "cover.kitchen", "name": "Kitchen blind"},
    {"id": "light.hall", "name": "Hall lamp"},
]


def test_health():
    assert app.call("GET", "/health")[1] == {"status": "ok", "verbs": ["close", "lock", "off", "on", "open"]}


def test_match_forgives_spelling():
    matches = app.call("POST", "/match", {"text": "kichen lamp", "entities": ENTITIES})[1]
    assert matches[0] == {"id": "light.kitchen", "likeness": 0.96}
    assert app.call("POST", "/match", {"text": "zzz", "entities": ENTITIES})[1] == []


def test_plan_calls_what_was_named():
    planned = app.call("POST", "/plan", {"wish": "turn on the hall lamp", "entities": ENTITIES})
    assert planned == (200, {"calls": [{"call": "light.turn_on", "entity_id": "light.hall"}], "refused": []})


def test_plan_refuses_what_cannot_do_it():
    planned = app.call("POST", "/plan", {"wish": "open kitchen lamp and blind", "entities": ENTITIES})[1]
    assert planned["calls"] == [{"call": "cover.open_cover", "entity_id": "cover.kitchen"}]
    assert planned["refused"] == ["light.kitchen"]


def test_a_wish_needs_a_verb():
    assert app.call("POST", "/plan", {"wish": "kitchen lamp", "entities": ENTITIES})[0] == 400
