import pytest

from app import app


def evaluate(formula, **values):
    return app.call("POST", "/evaluate", {"formula": formula, "values": values})


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "functions": ["abs", "max", "min", "round"]})


def test_arithmetic_on_named_values():
    assert evaluate("max(inside - outside, 0) * 2", inside=21, outside=18.5) == (200, {"value": 5.0})
    assert evaluate("-x / 4 + 1", x=2) == (200, {"value": 0.5})


@pytest.mark.parametrize("formula", ["__import__('os')", "x.y", "2 ** 999", "'text'", "1 +", "1 / 0", "y"])
def test_anything_else_is_refused(formula):
    assert evaluate(formula, x=1)[0] == 400


def test_needs_names_the_inputs_only():
    assert app.call("POST", "/needs", {"formula": "min(b, a) + b"})[1] == {"names": ["a", "b"]}
