"""Request times of the fleet as percentiles, and a page that shows them."""

import html
import math

from homeiq.web import Service

app = Service("observability-dashboard")

BARS = "▁▂▃▄▅▆▇█"
series = {}


def percentile(values, percent):
    """Nearest rank: a value that was really measured."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def sparkline(values):
    low, high = min(values), max(values)
    span = (high - low) or 1
    return "".join(BARS[int((value - low) / span * (len(BARS) - 1))] for value in values)


@app.get("/health")
def health(_query):
    return {"status": "ok", "series": len(series)}


@app.post("/samples")
def add_samples(request):
    """Append milliseconds to a series, which keeps the newest 100, and answer its percentiles."""
    if any(value < 0 for value in request["ms"]):
        raise ValueError("a request cannot take less than no time")
    kept = (series.get(request["service"], []) + request["ms"])[-100:]
    if not kept:
        raise ValueError("no samples")
    series[request["service"]] = kept
    return {name: percentile(kept, percent) for name, percent in (("p50", 50), ("p95", 95), ("p99", 99))}


@app.get("/")
def page(_query):
    """One row a service, the slowest first."""
    ordered = sorted(series.items(), key=lambda item: -percentile(item[1], 95))
    rows = "".join(
        f"<tr><td>{html.escape(name)}<td>{percentile(values, 95)} ms<td>{sparkline(values)}" for name, values in ordered
    )
    return f"<!doctype html><title>Observability</title><table>{rows or '<tr><td>no samples yet'}</table>"


if __name__ == "__main__":
    app.run()
