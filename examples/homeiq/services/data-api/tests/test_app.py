import pytest

from app import app, events


@pytest.fixture(autouse=True)
def no_events():
    events.clear()


def add(device, at):
    return app.call("POST", "/events", {"device": device, "value": 1, "at": at})


def test_health_counts_events():
    add("lamp-1", 5)
    assert app.call("GET", "/health") == (200, {"status": "ok", "events": 1})


def test_devices_by_area_and_kind():
    assert len(app.call("GET", "/devices")[1]) == 3
    assert [row["id"] for row in app.call("GET", "/devices?area=kitchen&kind=light")[1]] == ["lamp-2"]


def test_events_are_kept_up_to_a_limit():
    for at in range(501):
        assert add("lamp-1", at)[0] == 200
    assert len(events) == 500
    assert add("toaster", 1)[0] == 400


def test_recent_events_of_one_device_come_newest_first():
    for device, at in (("lamp-1", 1), ("lamp-1", 5), ("lamp-2", 6), ("lamp-1", 9)):
        add(device, at)
    found = app.call("GET", "/events?device=lamp-1&since=5")[1]
    assert [event["at"] for event in found] == [9, 5]
