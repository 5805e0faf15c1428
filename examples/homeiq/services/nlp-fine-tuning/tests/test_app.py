from app import app


def example(text, intent):
    return {"text": text, "intent": intent}


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "min_examples": 2})


def test_check_finds_each_kind_of_trouble():
    examples = [
        example("lights on", "turn_on"),
        example("Lights  on", "turn_on"),
        example("close up", "lock"),
        example("close up", "cover"),
        example("shut it", "cover"),
    ]
    assert app.call("POST", "/check", examples)[1] == {
        "repeated": ["lights on"],
        "contradictory": ["close up"],
        "rare": ["lock"],
    }


def test_metrics_of_each_intent():
    pairs = [["on", "on"], ["on", "off"], ["on", "on"], ["off", "off"]]
    assert app.call("POST", "/metrics", pairs)[1] == {
        "off": {"precision": 0.5, "recall": 1.0, "f1": 0.667},
        "on": {"precision": 1.0, "recall": 0.667, "f1": 0.8},
    }


def test_an_intent_that_is_never_right_scores_zero():
    assert app.call("POST", "/metrics", [["on", "off"]])[1]["on"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
