from app import app

HOMES = [
    {"devices": ["lamp", "sensor"], "rules": ["night light", "away mode"]},
    {"devices": ["lamp"], "rules": ["away mode", "sunset"]},
    {"devices": ["boiler"], "rules": ["legionella"]},
]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "neighbours": 2})


def test_similar_homes_recommend_what_is_missing():
    request = {"devices": ["lamp", "sensor"], "rules": ["sunset"], "homes": HOMES}
    assert app.call("POST", "/recommend", request)[1] == [
        {"rule": "away mode", "score": 1.5},
        {"rule": "night light", "score": 1.0},
    ]


def test_unlike_homes_recommend_nothing():
    request = {"devices": ["piano"], "rules": [], "homes": HOMES}
    assert app.call("POST", "/recommend", request) == (200, [])


def test_rules_that_go_together():
    homes = [["away", "night"], ["away", "night"], ["away"], ["sunset", "night"]]
    found = app.call("POST", "/association", {"homes": homes, "support": 0.5})[1]
    assert found == [{"rules": ["away", "night"], "confidence": [0.67, 0.67]}]
    assert len(app.call("POST", "/association", {"homes": homes, "support": 0.25})[1]) == 2
