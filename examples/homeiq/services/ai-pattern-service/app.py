"""Habits in a home's event history: what happens at the same time of day, and what follows what."""

from collections import Counter, defaultdict

from homeiq.web import Service

app = Service("ai-pattern-service")

MIN_DAYS = 3


@app.get("/health")
def health(_query):
    return {"status": "ok", "min_days": MIN_DAYS}


@app.post("/daily")
def daily(events):
    """Entities that act in the same half hour on enough days, with their mean minute."""
    slots = defaultdict(dict)
    for event in events:
        # The first event of a day counts: a lamp that flickers is not a habit.
        slots[event["entity"], event["minute"] // 30].setdefault(event["day"], event["minute"])
    patterns = []
    for (entity, slot), by_day in sorted(slots.items()):
        if len(by_day) >= MIN_DAYS:
            mean = sum(by_day.values()) / len(by_day)
            patterns.append({"entity": entity, "slot": slot, "days": len(by_day), "minute": round(mean)})
    return patterns


@app.post("/sequences")
def sequences(request):
    """How often one entity is followed by another within so many minutes, the most frequent first."""
    events = sorted(request["events"], key=lambda event: (event["day"], event["minute"]))
    pairs = Counter()
    for before, after in zip(events, events[1:]):
        near = after["minute"] - before["minute"] <= request["within"]
        if before["day"] == after["day"] and before["entity"] != after["entity"] and near:
            pairs[before["entity"], after["entity"]] += 1
    return [{"first": first, "then": then, "times": times} for (first, then), times in pairs.most_common()]


if __name__ == "__main__":
    app.run()
