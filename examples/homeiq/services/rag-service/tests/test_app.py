import pytest

from app import app, passages

MANUAL = "hold the button five seconds to reset the hub then wait for the blue light"


@pytest.fixture(autouse=True)
def empty_index():
    passages.clear()


def add(name, text, **cut):
    return app.call("POST", "/documents", {"name": name, "text": text, **cut})


def test_health_counts_passages():
    add("hub", MANUAL)
    assert app.call("GET", "/health") == (200, {"status": "ok", "passages": 1})


def test_passages_overlap():
    assert add("hub", "a b c d e f g", size=4, overlap=1) == (200, {"passages": 2})
    assert passages == {"hub#0": "a b c d", "hub#1": "d e f g"}
    assert add("hub", MANUAL, size=4, overlap=4)[0] == 400


def test_rare_words_decide():
    add("hub", MANUAL)
    add("lamp", "the lamp has a blue light and the light is bright")
    found = app.call("GET", "/search?q=reset+the+hub")[1]
    assert [row["passage"] for row in found] == ["hub#0", "lamp#0"]
    assert found[0]["score"] > found[1]["score"]
    assert found[0]["text"] == MANUAL


def test_scores_and_limits():
    add("a", "hub hub lamp")
    add("b", "lamp")
    assert app.call("GET", "/search?q=hub")[1] == [{"passage": "a#0", "text": "hub hub lamp", "score": 0.732}]
    assert len(app.call("GET", "/search?q=lamp&top=1")[1]) == 1
    assert app.call("GET", "/search?q=nothing") == (200, [])
