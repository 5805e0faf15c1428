from app import app


def after(protocol, *history):
    rows = [{"step": step, "ok": ok} for step, ok in history]
    return app.call("POST", "/next", {"protocol": protocol, "history": rows})[1]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "protocols": ["thread", "wifi", "zigbee"]})


def test_steps_are_numbered_and_timed():
    assert app.call("GET", "/steps?protocol=thread")[1] == {
        "steps": ["1. scan the code", "2. wait for the border router", "3. name it"],
        "minutes": 4,
    }
    assert app.call("GET", "/steps?protocol=smoke")[0] == 400


def test_a_good_step_leads_to_the_next():
    assert after("zigbee") == {"do": "permit joining", "try": 1}
    assert after("zigbee", ("permit joining", True)) == {"do": "reset the device", "try": 1}
    assert after("wifi", ("name it", True)) == {"do": None, "done": True}


def test_a_failed_wait_goes_back():
    failed = ("wait for the interview", False)
    assert after("zigbee", failed) == {"do": "reset the device", "try": 2}
    assert after("wifi", ("enter the password", False)) == {"do": "enter the password", "try": 2}


def test_three_failures_are_enough():
    failed = ("scan the code", False)
    assert after("thread", failed, failed)["do"] == "scan the code"
    assert after("thread", failed, failed, failed) == {
        "do": "contact support",
        "because": "scan the code failed 3 times",
    }
