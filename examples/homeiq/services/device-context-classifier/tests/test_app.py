from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "kinds": 4})


def test_typical_words_name_the_kind():
    entities = ["binary_sensor.cold_door", "sensor.cold_temperature", "sensor.cold_compressor"]
    assert app.call("POST", "/classify", {"entities": entities}) == (200, {"kind": "fridge", "confidence": 1.0})
    some = ["sensor.ev_battery", "binary_sensor.ev_charging"]
    assert app.call("POST", "/classify", {"entities": some})[1] == {"kind": "car", "confidence": 0.67}


def test_too_little_is_no_claim():
    assert app.call("POST", "/classify", {"entities": ["sensor.x_battery"]})[1] == {"kind": None, "confidence": 0.33}


def test_rooms_and_floors():
    assert app.call("GET", "/room?name=Office+lamp+2nd+floor")[1] == {"room": "office", "used_to": "work", "floor": 2}
    assert app.call("GET", "/room?name=Bedroom+upstairs")[1] == {"room": "bedroom", "used_to": "sleep", "floor": 1}
    assert app.call("GET", "/room?name=Lamp")[1] == {"room": None, "used_to": None, "floor": None}
