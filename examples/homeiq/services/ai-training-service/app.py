"""Small models from the home's own data: stable train/test splits and least-squares lines."""

import hashlib

from homeiq.web import Service

app = Service("ai-training-service")

MIN_POINTS = 2


@app.get("/health")
def health(_query):
    return {"status": "ok", "min_points": MIN_POINTS}


@app.post("/split")
def split(request):
    """Train and test ids by hash, so that an id stays on its side however the data grows."""
    percent = request["test_percent"]
    if not 0 < percent < 100:
        raise ValueError("the test part must be between 0 and 100 percent")
    parts = {"train": [], "test": []}
    for name in request["ids"]:
        bucket = hashlib.sha256(name.encode()).digest()[0] * 100 // 256
        parts["test" if bucket < percent else "train"].append(name)
    return parts


@app.post("/fit")
def fit(points):
    """The least-squares line through [x, y] points, and how much of the spread it explains (r squared)."""
    if len({x for x, _ in points}) < MIN_POINTS:
        raise ValueError("a line needs two different x")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    intercept = mean_y - slope * mean_x
    total = sum((y - mean_y) ** 2 for _, y in points)
    missed = sum((y - slope * x - intercept) ** 2 for x, y in points)
    explained = 1.0 if total == 0 else 1 - missed / total
    return {"slope": round(slope, 4), "intercept": round(intercept, 4), "r2": round(explained, 4)}


if __name__ == "__main__":
    app.run()
