from app import app


def problems(text):
    return app.call("POST", "/validate", {"text": text})[1]["problems"]


def test_health():
    status, body = app.call("GET", "/health")
    assert (status, body["status"], len(body["checks"])) == (200, "ok", 3)


def test_good_yaml_has_no_problems():
    text = "a:\n  x: 1\nb:\n  x: 2\nitems:\n  - name: one\n    at: 1\n  - name: two\n    at: 2\n"
    assert app.call("POST", "/validate", {"text": text}) == (200, {"valid": True, "problems": []})


def test_tabs_and_odd_indents():
    assert problems("a:\n\tx: 1\n") == [{"line": 2, "problem": "tab"}]
    assert problems("a: one\ttwo\n") == []
    assert problems("a:\n   x: 1\n") == [{"line": 2, "problem": "indent"}]


def test_repeated_keys():
    assert problems("a: 1\nb: 2\na: 3\n") == [{"line": 3, "problem": "duplicate-key", "key": "a"}]
    assert problems("- x: 1\n  y: 2\n  x: 3\n") == [{"line": 3, "problem": "duplicate-key", "key": "x"}]


def test_tidy_changes_only_white_space():
    assert app.call("POST", "/tidy", {"text": "\na: 1  \n\n\n\nb: 2\n\n"})[1] == {"text": "a: 1\n\nb: 2\n"}
