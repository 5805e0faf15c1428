"""A searchable index of automation blueprints."""

from homeiq.web import Service

app = Service("blueprint-index")

BLUEPRINTS = {
    "motion-light": {"title": "Light on motion", "inputs": ["motion", "light"], "rating": 4.7},
    "low-battery": {"title": "Warn of a low battery", "inputs": ["battery"], "rating": 4.4},
    "dim-movie": {"title": "Dim the light for a movie", "inputs": ["media_player", "light"], "rating": 4.1},
    "leak-alarm": {"title": "Close the valve on a leak", "inputs": ["leak", "valve"], "rating": 4.9},
}


@app.get("/health")
def health(_query):
    return {"status": "ok", "blueprints": len(BLUEPRINTS)}


@app.get("/search")
def search(query):
    """Ids whose title has every word of ?q=, those with the word at the start first, then by rating."""
    words = query["q"].lower().split()
    hits = []
    for name, blueprint in BLUEPRINTS.items():
        title = blueprint["title"].lower()
        if all(word in title for word in words):
            starts = title.startswith(words[0])
            hits.append((not starts, -blueprint["rating"], name))
    return [name for _, _, name in sorted(hits)]


@app.post("/usable")
def usable(request):
    """Blueprints for which every input is there, and what a single purchase would add."""
    owned = set(request["devices"])
    ready, nearly = [], {}
    for name, blueprint in sorted(BLUEPRINTS.items()):
        missing = [need for need in blueprint["inputs"] if need not in owned]
        if not missing:
            ready.append(name)
        elif len(missing) == 1:
            nearly.setdefault(missing[0], []).append(name)
    return {"ready": ready, "nearly": nearly}


if __name__ == "__main__":
    app.run()
