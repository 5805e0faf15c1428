"""How dirty a kilowatt-hour is, and when it will be cleanest."""

from homeiq.web import Service

app = Service("carbon-intensity-service")

# Life-cycle grams of CO2 a kWh, medians of the IPCC's fifth assessment report (annex III).
GRAMS_PER_KWH = {"coal": 820, "gas": 490, "solar": 45, "hydro": 24, "nuclear": 12, "wind": 11}


@app.get("/health")
def health(_query):
    return {"status": "ok", "sources": sorted(GRAMS_PER_KWH)}


@app.post("/intensity")
def intensity(mix):
    """The weighted intensity of a generation mix given in any one unit, and a word for it."""
    total = sum(mix.values())
    if total <= 0:
        raise ValueError("the mix generates nothing")
    grams = sum(GRAMS_PER_KWH[source] * amount for source, amount in mix.items()) / total
    bands = ((50, "very low"), (150, "low"), (300, "moderate"), (500, "high"))
    word = next((word for limit, word in bands if grams < limit), "very high")
    return {"grams_per_kwh": round(grams), "band": word}


@app.post("/greenest-window")
def greenest_window(request):
    """The start of the cleanest run of whole hours in an hourly forecast; the earliest one when several tie."""
    forecast, hours = request["forecast"], request["hours"]
    if not 1 <= hours <= len(forecast):
        raise ValueError(f"a window of {hours} h does not fit into {len(forecast)} h")
    sums = [sum(forecast[start : start + hours]) for start in range(len(forecast) - hours + 1)]
    best = sums.index(min(sums))
    saved = sum(forecast[:hours]) - sums[best]
    return {"start": best, "mean": round(sums[best] / hours, 1), "saved_against_now": saved}


if __name__ == "__main__":
    app.run()
