from app import app

MESSAGES = [
    {"role": "system", "text": "be brief"},
    {"role": "user", "text": "turn on the lamp"},
    {"role": "assistant", "text": "done"},
    {"role": "user", "text": "and the fan"},
]


def test_health():
    status, body = app.call("GET", "/health")
    assert (status, body["status"], len(body["backends"])) == (200, "ok", 3)


def test_the_backend_with_most_abilities_answers():
    chosen = app.call("POST", "/route", {"abilities": ["embed", "similarity", "search"]})[1]
    assert chosen == {"backend": "openvino-service", "uncovered": ["search"]}


def test_load_decides_between_equals():
    request = {"abilities": ["score"], "load": {"ml-service": 4, "openvino-service": 1}}
    assert app.call("POST", "/route", request)[1]["backend"] == "openvino-service"


def test_what_nobody_can_do_is_refused():
    assert app.call("POST", "/route", {"abilities": ["cook"]})[0] == 400


def test_trim_keeps_the_newest_within_the_budget():
    trimmed = app.call("POST", "/trim", {"messages": MESSAGES, "words": 6})[1]
    assert [message["text"] for message in trimmed["messages"]] == ["be brief", "done", "and the fan"]
    assert trimmed["dropped"] == 1


def test_trim_leaves_what_fits():
    assert app.call("POST", "/trim", {"messages": MESSAGES, "words": 10})[1] == {"messages": MESSAGES, "dropped": 0}
