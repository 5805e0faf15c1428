from app import app


def battery(*percents):
    samples = [{"day": day, "percent": percent} for day, percent in enumerate(percents)]
    return app.call("POST", "/battery", samples)[1]


def test_health():
    status, body = app.call("GET", "/health")
    assert (status, body["status"], len(body["checks"])) == (200, "ok", 4)


def test_a_battery_falls_at_its_own_pace():
    assert battery(100, 98, 96) == {"days_left": 48, "since_day": 0}


def test_only_the_time_since_the_last_charge_counts():
    assert battery(50, 20, 100, 90) == {"days_left": 9, "since_day": 2}


def test_a_steady_battery_has_no_end():
    assert battery(80, 80) == {"days_left": None, "since_day": 0}
    assert battery(80) == {"days_left": None, "since_day": 0}


def test_a_device_in_order_scores_full():
    assert app.call("POST", "/score", {"silent_hours": 24, "rssi": -80, "battery": 16})[1] == {
        "score": 100,
        "troubles": [],
    }


def test_troubles_add_up_to_zero_at_the_lowest():
    device = {"silent_hours": 25, "rssi": -81, "battery": 15, "firmware": "1.2", "latest_firmware": "1.3"}
    assert app.call("POST", "/score", device)[1] == {
        "score": 0,
        "troubles": ["offline", "low_battery", "weak_signal", "old_firmware"],
    }
    assert app.call("POST", "/score", {"silent_hours": 0, "battery": 3})[1]["score"] == 70
