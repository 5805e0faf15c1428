"""Plain questions about the home turned into queries, and the sums behind the answers."""

import re
from collections import defaultdict

from homeiq.web import Service

app = Service("ai-query-service")

METRICS = {"energy": "kwh", "power": "w", "temperature": "c", "humidity": "percent"}
PERIOD_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 720}


@app.get("/health")
def health(_query):
    return {"status": "ok", "metrics": sorted(METRICS)}


@app.get("/parse")
def parse(query):
    """Metric, room and hours out of ?q=how much energy did the kitchen use in the last 2 days."""
    words = re.findall(r"[a-z]+|\d+", query["q"].lower())
    metric = next((word for word in words if word in METRICS), None)
    if metric is None:
        raise ValueError(f"ask for one of {', '.join(METRICS)}")
    hours = PERIOD_HOURS["day"]
    for before, word in zip(["1", *words], words):
        unit = word.removesuffix("s")
        if unit in PERIOD_HOURS:
            hours = PERIOD_HOURS[unit] * (int(before) if before.isdigit() else 1)
    room = re.search(r"\b(?:in|did|of) the (?!last)(\w+)", query["q"].lower())
    return {"metric": metric, "unit": METRICS[metric], "room": room[1] if room else None, "hours": hours}


@app.post("/aggregate")
def aggregate(request):
    """The rows' values grouped by a field; `how` is sum, mean, min or max."""
    ways = {"sum": sum, "min": min, "max": max, "mean": lambda values: sum(values) / len(values)}
    way, groups = ways[request["how"]], defaultdict(list)
    for row in request["rows"]:
        groups[row[request["by"]]].append(row["value"])
    return {name: round(way(values), 3) for name, values in sorted(groups.items())}


if __name__ == "__main__":
    app.run()
