import pytest

from app import START, app, home


@pytest.fixture(autouse=True)
def fresh_home():
    home.clear()
    home.update(START)


def call(action, entity="light.hall"):
    return app.call("POST", "/call", {"action": action, "entity": entity})


def tick(seed, minutes):
    return app.call("POST", "/tick", {"seed": seed, "minutes": minutes})[1]["sensor.temperature"]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "entities": 3})


def test_state_of_one_or_all():
    assert app.call("GET", "/state?entity=light.hall") == (200, {"light.hall": "off"})
    assert app.call("GET", "/state")[1] == START
    assert app.call("GET", "/state?entity=light.attic")[0] == 400


def test_a_lamp_that_goes_on_draws_power_once():
    assert call("toggle")[1] == {"before": "off", "after": "on"}
    assert call("turn_on")[1] == {"before": "on", "after": "on"}
    assert home["sensor.power"] == 360
    call("toggle")
    assert home["sensor.power"] == 300


def test_what_makes_no_sense_is_refused():
    assert call("melt")[0] == 400
    assert call("turn_on", entity="sensor.power")[0] == 400


def test_time_passes_the_same_way_for_the_same_seed():
    first = tick(7, 30)
    home.update(START)
    assert tick(7, 30) == first != 20.0


def test_a_hot_home_cools_down():
    home["sensor.temperature"] = 40.0
    assert 35 < tick(1, 1) < 38.5
    assert 19 < tick(1, 200) < 21
