"""Tomorrow's consumption from the days before, and how wrong the last forecast was."""

from homeiq.web import Service

app = Service("energy-forecasting")

MIN_SEASONS = 2


@app.get("/health")
def health(_query):
    return {"status": "ok", "min_seasons": MIN_SEASONS}


@app.post("/forecast")
def forecast(request):
    """Repeats the last season and adds the mean change from season to season; never below zero."""
    history, season, steps = request["history"], request["season"], request["steps"]
    if len(history) < MIN_SEASONS * season:
        raise ValueError(f"at least {MIN_SEASONS * season} values are needed, got {len(history)}")
    pairs = [(before, after) for before, after in zip(history, history[season:])]
    drift = sum(after - before for before, after in pairs) / len(pairs)
    values = []
    for step in range(steps):
        seasons_ahead = step // season + 1
        value = history[len(history) - season + step % season] + drift * seasons_ahead
        values.append(round(max(value, 0), 3))
    return {"values": values, "drift": round(drift, 3)}


@app.post("/error")
def error(request):
    """Mean absolute error, its percentage of the real use (hours of zero left out), and the bias."""
    pairs = list(zip(request["real"], request["forecast"], strict=True))
    misses = [guess - real for real, guess in pairs]
    shares = [abs(guess - real) / real for real, guess in pairs if real > 0]
    return {
        "mae": round(sum(abs(miss) for miss in misses) / len(misses), 3),
        "mape": round(100 * sum(shares) / len(shares), 1) if shares else None,
        "bias": round(sum(misses) / len(misses), 3),
    }


if __name__ == "__main__":
    app.run()
