"""Speaks up before being asked: which hints fit the moment, and when to keep quiet."""

from homeiq.web import Service

app = Service("proactive-agent-service")

HINTS = [
    {"text": "Close the windows before the rain", "urgency": 3, "when": {"rain_soon": True, "window_open": True}},
    {"text": "Nobody is home and the heating is on", "urgency": 2, "when": {"occupied": False, "heating": True}},
    {"text": "Run the washing machine now, power is cheap", "urgency": 1, "when": {"cheap_power": True}},
]


def minutes(clock):
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


@app.get("/health")
def health(_query):
    return {"status": "ok", "hints": len(HINTS)}


@app.post("/hints")
def hints(context):
    """The hints whose conditions all hold, most urgent first, without those dismissed today."""
    fitting = []
    for hint in HINTS:
        holds = all(context.get(fact) == value for fact, value in hint["when"].items())
        if holds and hint["text"] not in context.get("dismissed", []):
            fitting.append(hint)
    fitting.sort(key=lambda hint: -hint["urgency"])
    return [{"text": hint["text"], "urgency": hint["urgency"]} for hint in fitting]


@app.get("/quiet")
def quiet(query):
    """Whether ?now= lies in the quiet hours ?from= to ?to=, which may span midnight, and for how long."""
    now, start, end = minutes(query["now"]), minutes(query["from"]), minutes(query["to"])
    if start <= end:
        inside = start <= now < end
    else:
        inside = now >= start or now < end
    return {"quiet": inside, "minutes_left": (end - now) % 1440 if inside else 0}


if __name__ == "__main__":
    app.run()
