import pytest

from app import app, points


@pytest.fixture(autouse=True)
def no_points():
    points.clear()


def write(*lines):
    return app.call("POST", "/write", {"lines": list(lines)})


def test_health_counts_measurements():
    write("power w=1 1")
    assert app.call("GET", "/health") == (200, {"status": "ok", "measurements": 1})


def test_lines_carry_tags_and_values():
    assert write("power,room=hall,phase=1 w=12.5 100") == (200, {"written": 1})
    assert points["power"] == [{"at": 100, "value": 12.5, "tags": {"room": "hall", "phase": "1"}}]


def test_one_wrong_line_keeps_all_out():
    assert write("power w=1 1", "power w=much 2")[0] == 400
    assert not points


def test_windows_have_means():
    write("power w=10 61", "power w=20 119", "power w=5 120")
    assert app.call("GET", "/query?measurement=power")[1] == [{"at": 60, "mean": 15.0}, {"at": 120, "mean": 5.0}]
    assert app.call("GET", "/query?measurement=power&every=1000")[1][0]["at"] == 0
    assert app.call("GET", "/query?measurement=water") == (200, [])
