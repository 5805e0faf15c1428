"""What to buy next: devices that fill a gap, within a budget."""

from homeiq.web import Service

app = Service("device-recommender")

CATALOGUE = [
    {"model": "Leak puck", "price": 25, "gives": ["leak"], "protocol": "zigbee"},
    {"model": "Window pair", "price": 30, "gives": ["contact"], "protocol": "zigbee"},
    {"model": "Room node", "price": 45, "gives": ["presence", "temperature"], "protocol": "wifi"},
    {"model": "Panel kit", "price": 90, "gives": ["power", "contact"], "protocol": "wifi"},
]


@app.get("/health")
def health(_query):
    return {"status": "ok", "models": len(CATALOGUE)}


@app.post("/recommend")
def recommend(request):
    """Greedily the model with the most missing abilities for its price, until the money or the gaps run out."""
    missing, money, chosen = set(request["missing"]), request["budget"], []
    while missing:
        affordable = [row for row in CATALOGUE if row["price"] <= money and missing & set(row["gives"])]
        if not affordable:
            break
        best = max(affordable, key=lambda row: len(missing & set(row["gives"])) / row["price"])
        chosen.append(best["model"])
        money -= best["price"]
        missing -= set(best["gives"])
    return {"buy": chosen, "left": money, "still_missing": sorted(missing)}


@app.post("/compare")
def compare(models):
    """The given models side by side: what each has alone, and which is cheapest."""
    rows = [next((row for row in CATALOGUE if row["model"] == model), None) for model in models]
    if None in rows:
        raise ValueError(f"unknown model {models[rows.index(None)]}")
    alone = {}
    for row in rows:
        others = {ability for other in rows if other is not row for ability in other["gives"]}
        alone[row["model"]] = sorted(set(row["gives"]) - others)
    return {"cheapest": min(rows, key=lambda row: row["price"])["model"], "only_here": alone}


if __name__ == "__main__":
    app.run()
