import pytest

from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "rates": 3})


@pytest.mark.parametrize(
    ("query", "band"),
    [
        ("hour=5", "night"),
        ("hour=6", "day"),
        ("hour=17", "peak"),
        ("hour=19", "peak"),
        ("hour=20", "day"),
        ("hour=18&weekend=yes", "day"),
        ("hour=23", "night"),
    ],
)
def test_bands_change_on_the_hour(query, band):
    assert app.call("GET", f"/price?{query}")[1]["band"] == band


def test_a_price_has_the_rate_of_its_band():
    assert app.call("GET", "/price?hour=18") == (200, {"band": "peak", "per_kwh": 0.38})
    assert app.call("GET", "/price?hour=24")[0] == 400


def test_a_day_costs_its_bands_and_the_standing_charge():
    readings = [{"hour": 2, "kwh": 5}, {"hour": 12, "kwh": -3}, {"hour": 13, "kwh": 2}, {"hour": 18, "kwh": 1}]
    assert app.call("POST", "/cost", {"readings": readings})[1] == {
        "by_band": {"night": 0.6, "day": 0.48, "peak": 0.38},
        "total": 1.91,
        "saved_against_flat": 0.46,
    }
