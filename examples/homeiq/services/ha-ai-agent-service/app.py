"""Turns a wish into the calls that Home Assistant understands."""

from difflib import SequenceMatcher

from homeiq.web import Service

app = Service("ha-ai-agent-service")

VERBS = {
    "on": ("turn_on", {"light", "switch", "fan"}),
    "off": ("turn_off", {"light", "switch", "fan"}),
    "open": ("open_cover", {"cover"}),
    "close": ("close_cover", {"cover"}),
    "lock": ("lock", {"lock"}),
}


@app.get("/health")
def health(_query):
    return {"status": "ok", "verbs": sorted(VERBS)}


@app.post("/match")
def match(request):
    """The entities whose names are most like the text, best first, none below one half."""
    wanted = request["text"].lower()
    scored = []
    for entity in request["entities"]:
        likeness = SequenceMatcher(None, wanted, entity["name"].lower()).ratio()
        if likeness >= 0.5:
            scored.append({"id": entity["id"], "likeness": round(likeness, 2)})
    return sorted(scored, key=lambda row: (-row["likeness"], row["id"]))


@app.post("/plan")
def plan(request):
    """One call for each entity named in the wish that knows the verb; the others are listed as refused."""
    words = request["wish"].lower().split()
    verb = next((word for word in words if word in VERBS), None)
    if verb is None:
        raise ValueError(f"no verb in the wish; say one of {', '.join(sorted(VERBS))}")
    service, domains = VERBS[verb]
    calls, refused = [], []
    for entity in request["entities"]:
        if not set(entity["name"].lower().split()) <= set(words):
            continue
        domain = entity["id"].split(".")[0]
        if domain in domains:
            calls.append({"call": f"{domain}.{service}", "entity_id": entity["id"]})
        else:
            refused.append(entity["id"])
    return {"calls": calls, "refused": refused}


if __name__ == "__main__":
    app.run()
