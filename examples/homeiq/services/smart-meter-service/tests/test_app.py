from app import app


def readings(*totals):
    return [{"at": f"{hour:02}:00", "kwh": kwh} for hour, kwh in enumerate(totals)]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "rollover_kwh": 1_000_000})


def test_consumption_is_the_difference_of_readings():
    result = app.call("POST", "/consumption", readings(100, 101.5, 101.5))[1]
    assert [row["kwh"] for row in result["used"]] == [1.5, 0]
    assert (result["total"], result["faults"]) == (1.5, [])


def test_the_counter_rolls_over():
    assert app.call("POST", "/consumption", readings(999_999, 2))[1]["total"] == 3


def test_a_small_step_back_is_a_fault_and_not_consumption():
    result = app.call("POST", "/consumption", readings(100, 99, 103))[1]
    assert (result["total"], result["faults"]) == (4, ["01:00"])


def test_peak_is_the_busiest_window():
    request = {"quarter_hours": [0.1, 0.5, 0.7, 0.2], "window": 2}
    assert app.call("POST", "/peak", request)[1] == {"kw": 2.4, "start": 1}
    assert app.call("POST", "/peak", {**request, "window": 5})[0] == 400
