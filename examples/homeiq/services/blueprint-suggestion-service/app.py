"""Fits blueprints to a home: which entity fills which input, and how well."""

from itertools import product

from homeiq.web import Service

app = Service("blueprint-suggestion-service")

MAX_CHOICES = 200


@app.get("/health")
def health(_query):
    return {"status": "ok", "max_choices": MAX_CHOICES}


@app.post("/fill")
def fill(request):
    """The best choice of one entity an input: entities of one area together score a point for each pair."""
    inputs = request["inputs"]
    choices = [[entity for entity in request["entities"] if entity["kind"] == kind] for kind in inputs]
    missing = [kind for kind, fitting in zip(inputs, choices) if not fitting]
    if missing:
        return {"filled": None, "missing": missing}
    best, best_score = None, -1
    for number, picked in enumerate(product(*choices)):
        if number >= MAX_CHOICES:
            break
        areas = [entity["area"] for entity in picked]
        score = sum(areas.count(area) - 1 for area in areas) // 2
        if score > best_score:
            best, best_score = picked, score
    return {"filled": {kind: entity["id"] for kind, entity in zip(inputs, best)}, "score": best_score}


@app.post("/rank")
def rank(candidates):
    """Blueprints by rating, shrunk towards 3 of 5 stars as long as there are few votes."""
    rows = []
    for candidate in candidates:
        votes = candidate["votes"]
        shrunk = (candidate["rating"] * votes + 3 * 10) / (votes + 10)
        rows.append({"name": candidate["name"], "score": round(shrunk, 2)})
    return sorted(rows, key=lambda row: (-row["score"], row["name"]))


if __name__ == "__main__":
    app.run()
