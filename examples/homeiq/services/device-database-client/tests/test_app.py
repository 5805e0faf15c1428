from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "devices": 3})


def test_devices_by_field():
    assert app.call("GET", "/devices?protocol=wifi") == (200, {"models": ["shelly-1"], "more": False})
    assert app.call("GET", "/devices?protocol=wifi&maker=Tado")[1]["models"] == []
    assert app.call("GET", "/devices?colour=red")[0] == 400


def test_devices_come_in_pages():
    assert app.call("GET", "/devices?limit=2")[1] == {"models": ["hue-go", "shelly-1"], "more": True}
    assert app.call("GET", "/devices?limit=2&after=shelly-1")[1] == {"models": ["trv-600"], "more": False}


def test_merge_takes_the_newer_field():
    local = {"standby_w": {"value": 0.4, "at": 10}, "name": {"value": "lamp", "at": 5}}
    remote = {"standby_w": {"value": 0.5, "at": 11}, "name": {"value": "Hue", "at": 5}, "maker": {"value": "S", "at": 1}}
    result = app.call("POST", "/merge", {"local": local, "remote": remote})[1]
    assert {field: entry["value"] for field, entry in result["merged"].items()} == {
        "standby_w": 0.5,
        "name": "lamp",
        "maker": "S",
    }
    assert result["taken_from_remote"] == ["maker", "standby_w"]
