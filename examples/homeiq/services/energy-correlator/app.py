"""Which events make the power go up: a jump after a switch, or two curves that move together."""

import math
from bisect import bisect_left
from statistics import mean

from homeiq.web import Service

app = Service("energy-correlator")

WINDOW_SECONDS = 60


@app.get("/health")
def health(_query):
    return {"status": "ok", "window_seconds": WINDOW_SECONDS}


@app.post("/jumps")
def jumps(request):
    """For each entity the mean change of power from the minute before its events to the minute after."""
    times = [sample["at"] for sample in request["power"]]
    watts = [sample["w"] for sample in request["power"]]
    changes = {}
    for event in request["events"]:
        middle = bisect_left(times, event["at"])
        before = watts[bisect_left(times, event["at"] - WINDOW_SECONDS) : middle]
        after = watts[middle : bisect_left(times, event["at"] + WINDOW_SECONDS)]
        if before and after:
            changes.setdefault(event["entity"], []).append(mean(after) - mean(before))
    return {entity: {"events": len(rows), "watts": round(mean(rows), 1)} for entity, rows in changes.items()}


@app.post("/pearson")
def pearson(request):
    """The correlation of two series, 1 together, -1 against each other; null when one of them is flat."""
    one, other = request["one"], request["other"]
    if len(one) != len(other) or len(one) < 2:
        raise ValueError("two series of the same length are needed")
    mean_one, mean_other = mean(one), mean(other)
    together = sum((a - mean_one) * (b - mean_other) for a, b in zip(one, other))
    spread = math.sqrt(sum((a - mean_one) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other))
    return {"r": round(together / spread, 3) if spread > 0 else None}


if __name__ == "__main__":
    app.run()
