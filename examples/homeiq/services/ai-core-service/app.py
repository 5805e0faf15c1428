"""The front door of the AI services: picks who answers a request, and cuts a conversation to its budget."""

from homeiq.web import Service

app = Service("ai-core-service")

BACKENDS = {
    "ml-service": {"cluster", "anomaly", "score"},
    "openvino-service": {"embed", "similarity", "score"},
    "rag-service": {"search", "cite"},
}


@app.get("/health")
def health(_query):
    return {"status": "ok", "backends": sorted(BACKENDS)}


@app.post("/route")
def route(request):
    """The backend that covers most of the wanted abilities; the least loaded one when several tie."""
    wanted, load = set(request["abilities"]), request.get("load", {})
    scored = [(-len(wanted & abilities), load.get(name, 0), name) for name, abilities in BACKENDS.items()]
    misses, _, name = min(scored)
    if misses == 0:
        raise ValueError(f"no backend can {' or '.join(sorted(wanted))}")
    return {"backend": name, "uncovered": sorted(wanted - BACKENDS[name])}


@app.post("/trim")
def trim(request):
    """The newest messages within the budget of words; the system message always stays and counts."""
    system = [message for message in request["messages"] if message["role"] == "system"]
    others = [message for message in request["messages"] if message["role"] != "system"]
    left = request["words"] - sum(len(message["text"].split()) for message in system)
    kept = []
    for message in reversed(others):
        left -= len(message["text"].split())
        if left < 0:
            break
        kept.insert(0, message)
    return {"messages": system + kept, "dropped": len(others) - len(kept)}


if __name__ == "__main__":
    app.run()
