"""A time-of-use tariff: what an hour costs, and what a day of readings comes to."""

from homeiq.web import Service

app = Service("electricity-pricing-service")

STANDING_CHARGE = 0.45
RATES = {"night": 0.12, "day": 0.24, "peak": 0.38}


def band(hour, weekend):
    if not 0 <= hour <= 23:
        raise ValueError(f"hour {hour} is outside a day")
    if hour < 6 or hour >= 23:
        return "night"
    if 17 <= hour < 20 and not weekend:
        return "peak"
    return "day"


@app.get("/health")
def health(_query):
    return {"status": "ok", "rates": len(RATES)}


@app.get("/price")
def price(query):
    """The band and rate of ?hour=, with ?weekend=yes for Saturdays and Sundays."""
    name = band(int(query["hour"]), query.get("weekend") == "yes")
    return {"band": name, "per_kwh": RATES[name]}


@app.post("/cost")
def cost(day):
    """A day's bill by band; exported energy (negative readings) is not paid for."""
    used = dict.fromkeys(RATES, 0.0)
    for reading in day["readings"]:
        name = band(reading["hour"], day.get("weekend", False))
        used[name] += max(reading["kwh"], 0)
    by_band = {name: round(kwh * RATES[name], 2) for name, kwh in used.items()}
    flat = sum(used.values()) * RATES["day"]
    return {
        "by_band": by_band,
        "total": round(sum(by_band.values()) + STANDING_CHARGE, 2),
        "saved_against_flat": round(flat - sum(by_band.values()), 2),
    }


if __name__ == "__main__":
    app.run()
