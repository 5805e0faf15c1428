"""Classic machine learning on single numbers: clusters and outliers."""

from statistics import mean, median

from homeiq.web import Service

app = Service("ml-service")

MAX_ROUNDS = 50


@app.get("/health")
def health(_query):
    return {"status": "ok", "algorithms": ["k-means", "median deviation"]}


@app.post("/cluster")
def cluster(request):
    """One-dimensional k-means; the first centres are spread over the sorted values, so it is repeatable."""
    values, count = sorted(request["values"]), request["clusters"]
    if not 1 <= count <= len(set(values)):
        raise ValueError("more clusters than different values")
    centres = [values[(2 * i + 1) * len(values) // (2 * count)] for i in range(count)]
    for _ in range(MAX_ROUNDS):
        groups = [[] for _ in centres]
        for value in values:
            nearest = min(range(count), key=lambda i: abs(value - centres[i]))
            groups[nearest].append(value)
        moved = [mean(group) if group else centre for group, centre in zip(groups, centres)]
        if moved == centres:
            break
        centres = moved
    return [{"centre": round(centre, 3), "values": group} for centre, group in zip(centres, groups)]


@app.post("/anomalies")
def anomalies(request):
    """Values further from the median than `limit` (3.5 unless given) scaled median deviations."""
    values, limit = request["values"], request.get("limit", 3.5)
    middle = median(values)
    deviation = median(abs(value - middle) for value in values)
    if deviation == 0:
        return [{"index": i, "value": value} for i, value in enumerate(values) if value != middle]
    # 0.6745 makes the median deviation comparable to a standard deviation.
    scores = [0.6745 * abs(value - middle) / deviation for value in values]
    return [{"index": i, "value": values[i]} for i, score in enumerate(scores) if score > limit]


if __name__ == "__main__":
    app.run()
