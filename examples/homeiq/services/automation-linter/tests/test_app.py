from app import app

GOOD = {
    "alias": "Porch at dusk",
    "trigger": [{"platform": "state", "entity_id": "sun.sun"}],
    "action": [{"service": "light.turn_on", "target": {"entity_id": ["light.porch", "light.gate"]}}],
}


def rules_of(automation):
    result = app.call("POST", "/lint", automation)[1]
    return [(finding["rule"], finding["at"]) for finding in result["findings"]]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "rules": 5})


def test_every_rule_is_explained():
    status, rules = app.call("GET", "/rules")
    assert status == 200
    assert rules["no-trigger"] == "it can never start"


def test_a_good_automation_is_clean():
    assert app.call("POST", "/lint", GOOD) == (200, {"clean": True, "findings": []})


def test_an_empty_one_lacks_everything():
    assert [rule for rule, _ in rules_of({"alias": " "})] == ["no-alias", "no-trigger", "empty-action"]


def test_entities_are_checked():
    odd = {**GOOD, "trigger": [{"platform": "state", "entity_id": "Sun"}]}
    assert rules_of(odd) == [("bad-entity", "Sun")]


def test_a_loop_is_found():
    loop = {**GOOD, "trigger": [{"platform": "state", "entity_id": "light.gate"}]}
    assert rules_of(loop) == [("self-trigger", "light.gate")]
