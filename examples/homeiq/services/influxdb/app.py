"""A stand-in for the time-series database: takes line protocol, answers simple questions, keeps all in memory."""

import re
from collections import defaultdict

from homeiq.web import Service

app = Service("influxdb")

LINE = re.compile(r"(?P<measurement>[^, ]+)(?P<tags>(?:,[^ ,=]+=[^ ,]+)*) (?P<field>\w+)=(?P<value>-?[\d.]+) (?P<at>\d+)")
points = defaultdict(list)


@app.get("/health")
def health(_query):
    return {"status": "ok", "measurements": len(points)}


@app.post("/write")
def write(request):
    """Take lines such as "power,room=hall w=12.5 1700000000"; nothing is kept when one of them is wrong."""
    parsed = []
    for number, line in enumerate(request["lines"], 1):
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number} is not line protocol")
        tags = dict(tag.split("=") for tag in match["tags"].split(",") if tag)
        parsed.append((match["measurement"], int(match["at"]), float(match["value"]), tags))
    for measurement, at, value, tags in parsed:
        points[measurement].append({"at": at, "value": value, "tags": tags})
    return {"written": len(parsed)}


@app.get("/query")
def query_points(query):
    """The mean of ?measurement= in windows of ?every= seconds."""
    windows = defaultdict(list)
    every = int(query.get("every", 60))
    for point in points.get(query["measurement"], []):
        windows[point["at"] // every * every].append(point["value"])
    return [{"at": at, "mean": sum(values) / len(values)} for at, values in sorted(windows.items())]


if __name__ == "__main__":
    app.run()
