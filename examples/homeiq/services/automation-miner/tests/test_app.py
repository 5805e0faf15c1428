from app import app


def mine(text, votes=3):
    return app.call("POST", "/mine", [{"text": text, "votes": votes}])[1]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "devices": 6})


def test_an_idea_has_trigger_action_and_devices():
    assert mine("Nice: When the sun sets, then close the blinds. Works!") == [
        {"trigger": "the sun sets", "action": "close the blinds", "devices": ["blind"]}
    ]


def test_chatter_and_unloved_posts_are_skipped():
    assert mine("My lights are broken.") == []
    assert mine("When I leave, lock the door", votes=0) == []
    assert len(mine("When I leave, lock the door", votes=1)) == 1


def test_near_copies_are_dropped():
    texts = ["turn on the hall light at dusk", "turn on the hall light at dawn", "open the blinds at dawn"]
    assert app.call("POST", "/distinct", {"texts": texts, "limit": 0.5})[1] == [texts[0], texts[2]]
    assert app.call("POST", "/distinct", {"texts": texts, "limit": 0.9})[1] == texts
    assert app.call("POST", "/distinct", {"texts": ["same", "same"], "limit": 1.0})[1] == ["same"]
