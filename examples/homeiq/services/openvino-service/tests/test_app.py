import app as module
from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "dimensions": 64})


def test_models_are_listed_once_they_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MODELS_FOLDER", str(tmp_path / "models"))
    assert app.call("GET", "/models") == (200, {"models": []})
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "rooms.bin").write_bytes(b"x")
    (tmp_path / "models" / "notes.txt").write_bytes(b"x")
    assert app.call("GET", "/models") == (200, {"models": ["rooms.bin"]})


def test_vectors_have_length_one():
    first, empty = app.call("POST", "/embed", {"texts": ["the kitchen lamp", "!"]})[1]["vectors"]
    assert abs(sum(value * value for value in first) - 1) < 1e-4
    assert set(empty) == {0.0}


def test_the_same_words_in_any_order_are_alike():
    request = {"text": "Kitchen lamp", "candidates": ["garage door", "lamp kitchen", "kitchen fan"]}
    rows = app.call("POST", "/similarity", request)[1]
    assert rows[0] == {"text": "lamp kitchen", "likeness": 1.0}
    assert rows[1]["text"] == "kitchen fan"
    assert 0.3 < rows[1]["likeness"] < 0.7
