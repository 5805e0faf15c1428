from app import app

ENTITIES = [
    {"id": "motion.hall", "kind": "motion", "area": "hall"},
    {"id": "motion.bath", "kind": "motion", "area": "bath"},
    {"id": "light.bath", "kind": "light", "area": "bath"},
]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "max_choices": 200})


def test_entities_of_one_area_belong_together():
    filled = app.call("POST", "/fill", {"inputs": ["motion", "light"], "entities": ENTITIES})[1]
    assert filled == {"filled": {"motion": "motion.bath", "light": "light.bath"}, "score": 1}


def test_what_is_missing_is_named():
    filled = app.call("POST", "/fill", {"inputs": ["motion", "siren"], "entities": ENTITIES})[1]
    assert filled == {"filled": None, "missing": ["siren"]}


def test_few_votes_do_not_win():
    candidates = [{"name": "new", "rating": 5.0, "votes": 1}, {"name": "proven", "rating": 4.5, "votes": 90}]
    assert app.call("POST", "/rank", candidates)[1] == [
        {"name": "proven", "score": 4.35},
        {"name": "new", "score": 3.18},
    ]
