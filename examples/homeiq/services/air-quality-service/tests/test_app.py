from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "pollutants": ["pm25", "pm10"]})


def test_the_index_is_linear_between_breakpoints():
    assert app.call("GET", "/aqi?pm25=4.5")[1] == {"aqi": 25, "because": "pm25", "word": "good"}
    assert app.call("GET", "/aqi?pm10=154")[1] == {"aqi": 100, "because": "pm10", "word": "moderate"}


def test_the_worst_pollutant_decides():
    assert app.call("GET", "/aqi?pm25=60&pm10=20")[1]["because"] == "pm25"
    assert app.call("GET", "/aqi?pm25=2&pm10=300")[1] == {"aqi": 173, "because": "pm10", "word": "unhealthy"}


def test_the_scale_has_an_end_and_needs_a_reading():
    assert app.call("GET", "/aqi?pm25=9999")[1]["aqi"] == 500
    assert app.call("GET", "/aqi")[0] == 400


def test_trends():
    assert app.call("POST", "/trend", [10, 20, 30])[1] == {"trend": "rising", "slope": 10.0}
    assert app.call("POST", "/trend", [30, 20, 10])[1] == {"trend": "falling", "slope": -10.0}
    assert app.call("POST", "/trend", [20, 21, 20])[1] == {"trend": "steady", "slope": 0.0}
    assert app.call("POST", "/trend", [1, 2])[0] == 400
