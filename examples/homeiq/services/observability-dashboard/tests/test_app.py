import pytest

from app import app, series


@pytest.fixture(autouse=True)
def no_series():
    series.clear()


def add(service, *ms):
    return app.call("POST", "/samples", {"service": service, "ms": list(ms)})


def test_health_counts_series():
    add("a", 1)
    assert app.call("GET", "/health") == (200, {"status": "ok", "series": 1})


def test_percentiles_are_measured_values():
    assert add("a", *range(1, 101)) == (200, {"p50": 50, "p95": 95, "p99": 99})
    assert add("b", 7) == (200, {"p50": 7, "p95": 7, "p99": 7})


def test_only_the_newest_hundred_are_kept():
    add("a", *[1000] * 100)
    assert add("a", *range(100))[1]["p99"] == 98


def test_impossible_samples_are_refused():
    assert add("a", -1)[0] == 400
    assert add("a")[0] == 400


def test_the_page_shows_the_slowest_first():
    assert "no samples yet" in app.call("GET", "/")[1]
    add("quick", 1, 2)
    add("<slow>", 10, 80, 45)
    page = app.call("GET", "/")[1]
    assert page.index("&lt;slow&gt;") < page.index("quick")
    assert "80 ms<td>▁█▄" in page
