"""The home's devices and events for the other services. A stand-in that keeps them in memory."""

from homeiq.web import Service

app = Service("data-api")

DEVICES = [
    {"id": "lamp-1", "area": "hall", "kind": "light"},
    {"id": "lamp-2", "area": "kitchen", "kind": "light"},
    {"id": "meter-1", "area": "cellar", "kind": "meter"},
]
events = []


@app.get("/health")
def health(_query):
    return {"status": "ok", "events": len(events)}


@app.get("/devices")
def devices(query):
    """All devices, or those of ?area= and ?kind=."""
    wanted = {field: query[field] for field in ("area", "kind") if field in query}
    return [row for row in DEVICES if all(row[field] == value for field, value in wanted.items())]


@app.post("/events")
def add_event(event):
    """Take an event of a known device; the newest 500 are kept."""
    if event["device"] not in {row["id"] for row in DEVICES}:
        raise ValueError(f"unknown device {event['device']}")
    events.append({"device": event["device"], "value": event["value"], "at": event["at"]})
    del events[:-500]
    return {"events": len(events)}


@app.get("/events")
def recent_events(query):
    """The events of ?device= since ?since=, newest first."""
    since = int(query.get("since", 0))
    rows = [event for event in events if event["device"] == query["device"] and event["at"] >= since]
    return sorted(rows, key=lambda event: -event["at"])


if __name__ == "__main__":
    app.run()
