"""The other services' log lines in one place, counted and searchable. The newest 1000 are kept."""

import shlex
from collections import Counter, deque

from homeiq.web import Service

app = Service("log-aggregator")

LEVELS = ("debug", "info", "warning", "error")
kept = deque(maxlen=1000)


@app.get("/health")
def health(_query):
    return {"status": "ok", "lines": len(kept)}


@app.post("/lines")
def add_lines(lines):
    """Take lines of key=value pairs; a line without a known level counts as info."""
    rejected = 0
    for line in lines:
        try:
            fields = dict(part.split("=", 1) for part in shlex.split(line))
        except ValueError:
            rejected += 1
            continue
        if fields.get("level") not in LEVELS:
            fields["level"] = "info"
        kept.append(fields)
    return {"accepted": len(lines) - rejected, "rejected": rejected}


@app.get("/summary")
def summary(query):
    """Counts by service and level, of ?level= and above."""
    lowest = LEVELS.index(query.get("level", "debug"))
    shown = [fields for fields in kept if LEVELS.index(fields["level"]) >= lowest]
    by_service = Counter(fields.get("service", "unknown") for fields in shown)
    by_level = Counter(fields["level"] for fields in shown)
    return {"lines": len(shown), "by_service": dict(by_service), "by_level": dict(by_level)}


if __name__ == "__main__":
    app.run()
