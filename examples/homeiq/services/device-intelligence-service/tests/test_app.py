from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "vendors": 3})


def test_abilities_are_the_union_of_the_enabled_entities():
    entities = [{"id": "light.a"}, {"id": "sensor.a_power"}, {"id": "climate.a", "disabled": True}]
    assert app.call("POST", "/abilities", {"entities": entities})[1] == {
        "abilities": ["dim", "measure", "switch"],
        "unknown_domains": [],
    }


def test_unknown_domains_are_named():
    assert app.call("POST", "/abilities", {"entities": [{"id": "vacuum.b"}]})[1]["unknown_domains"] == ["vacuum"]


def test_vendors_by_address():
    assert app.call("GET", "/vendor?mac=00:17:88:01:02:03") == (200, {"vendor": "Signify", "private": False})
    assert app.call("GET", "/vendor?mac=24-0a-c4-01-02-03")[1]["vendor"] == "Espressif"
    assert app.call("GET", "/vendor?mac=02:17:88:01:02:03")[1] == {"vendor": None, "private": True}
    assert app.call("GET", "/vendor?mac=00:17")[0] == 400
