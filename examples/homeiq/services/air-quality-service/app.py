"""The US air quality index of particulates, and where it is heading."""

from homeiq.web import Service

app = Service("air-quality-service")

INDEX = (0, 50, 100, 150, 200, 300, 500)
WORDS = ("good", "moderate", "unhealthy for some", "unhealthy", "very unhealthy", "hazardous")
# Micrograms a cubic metre at each step of INDEX, 24 h means, as the EPA set them in 2024.
BREAKPOINTS = {
    "pm25": (0, 9.0, 35.4, 55.4, 125.4, 225.4, 325.4),
    "pm10": (0, 54, 154, 254, 354, 424, 604),
}


@app.get("/health")
def health(_query):
    return {"status": "ok", "pollutants": list(BREAKPOINTS)}


@app.get("/aqi")
def aqi(query):
    """The index of the worst pollutant of ?pm25=&pm10=, linear between the breakpoints."""
    worst = {"aqi": -1}
    for pollutant, steps in BREAKPOINTS.items():
        if pollutant not in query:
            continue
        amount = min(float(query[pollutant]), steps[-1])
        upper = next(i for i in range(1, len(steps)) if amount <= steps[i])
        share = (amount - steps[upper - 1]) / (steps[upper] - steps[upper - 1])
        index = round(INDEX[upper - 1] + share * (INDEX[upper] - INDEX[upper - 1]))
        if index > worst["aqi"]:
            worst = {"aqi": index, "because": pollutant, "word": WORDS[upper - 1]}
    if worst["aqi"] < 0:
        raise ValueError("neither pm25 nor pm10 was given")
    return worst


@app.post("/trend")
def trend(samples):
    """Rising, falling or steady: the slope of evenly spaced samples against a tenth of their mean."""
    if len(samples) < 3:
        raise ValueError("a trend needs three samples")
    middle = (len(samples) - 1) / 2
    mean = sum(samples) / len(samples)
    spread = sum((i - middle) ** 2 for i in range(len(samples)))
    slope = sum((i - middle) * (value - mean) for i, value in enumerate(samples)) / spread
    if abs(slope) < mean / 10:
        return {"trend": "steady", "slope": round(slope, 2)}
    return {"trend": "rising" if slope > 0 else "falling", "slope": round(slope, 2)}


if __name__ == "__main__":
    app.run()
