from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "wind_units": 4})


def test_units_become_celsius_and_kmh():
    imperial = app.call("GET", "/normalised?temperature=68&unit=F&wind=10&wind_unit=mph")
    assert imperial == (200, {"temperature_c": 20.0, "wind_kmh": 16.1})
    assert app.call("GET", "/normalised?temperature=300&unit=K")[1]["temperature_c"] == 26.9


def test_impossible_readings_are_refused():
    assert app.call("GET", "/normalised?temperature=300")[0] == 400
    assert app.call("GET", "/normalised?temperature=20&wind=3&wind_unit=furlongs")[0] == 400


def test_cold_wind_feels_colder():
    status, felt = app.call("POST", "/feels-like", {"temperature_c": 0, "wind_kmh": 30, "humidity": 50})
    assert (status, felt) == (200, {"feels_like_c": -6.5, "because": "wind chill"})


def test_damp_heat_feels_hotter():
    felt = app.call("POST", "/feels-like", {"temperature_c": 32, "wind_kmh": 5, "humidity": 80})[1]
    assert felt == {"feels_like_c": 33.3, "because": "heat index"}


def test_mild_weather_feels_as_it_is():
    felt = app.call("POST", "/feels-like", {"temperature_c": 18, "wind_kmh": 40, "humidity": 80})[1]
    assert felt == {"feels_like_c": 18, "because": "as measured"}
