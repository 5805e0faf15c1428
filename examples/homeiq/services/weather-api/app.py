"""Weather readings in whatever units a provider sends, turned into one form."""

from homeiq.web import Service

app = Service("weather-api")

KMH_PER_UNIT = {"kmh": 1.0, "ms": 3.6, "mph": 1.609344, "kn": 1.852}


@app.get("/health")
def health(_query):
    return {"status": "ok", "wind_units": len(KMH_PER_UNIT)}


@app.get("/normalised")
def normalised(query):
    """A reading such as ?temperature=68&unit=F&wind=10&wind_unit=mph in Celsius and km/h."""
    value, unit = float(query["temperature"]), query.get("unit", "C")
    if unit == "F":
        celsius = (value - 32) * 5 / 9
    elif unit == "K":
        celsius = value - 273.15
    elif unit == "C":
        celsius = value
    else:
        raise ValueError(f"unknown temperature unit {unit}")
    if celsius < -90 or celsius > 60:
        raise ValueError(f"{celsius:.1f} C was never measured on Earth")
    wind = float(query.get("wind", 0)) * KMH_PER_UNIT[query.get("wind_unit", "kmh")]
    return {"temperature_c": round(celsius, 1), "wind_kmh": round(wind, 1)}


@app.post("/feels-like")
def feels_like(reading):
    """Wind chill in the cold, heat index in the heat, the plain temperature between."""
    celsius, wind, humidity = reading["temperature_c"], reading["wind_kmh"], reading["humidity"]
    if celsius <= 10 and wind >= 4.8:
        gust = wind**0.16
        felt = 13.12 + 0.6215 * celsius - 11.37 * gust + 0.3965 * celsius * gust
        return {"feels_like_c": round(felt, 1), "because": "wind chill"}
    if celsius >= 27 and humidity >= 40:
        fahrenheit = celsius * 9 / 5 + 32
        felt = 0.5 * (fahrenheit + 61 + (fahrenheit - 68) * 1.2 + humidity * 0.094)
        return {"feels_like_c": round((felt - 32) * 5 / 9, 1), "because": "heat index"}
    return {"feels_like_c": celsius, "because": "as measured"}


if __name__ == "__main__":
    app.run()
