"""Consumption out of a meter's ever-growing counter."""

from homeiq.web import Service

app = Service("smart-meter-service")

# Six digits before the point: after 999999.9 kWh the counter starts again at zero.
ROLLOVER_KWH = 1_000_000


@app.get("/health")
def health(_query):
    return {"status": "ok", "rollover_kwh": ROLLOVER_KWH}


@app.post("/consumption")
def consumption(readings):
    """The use between neighbouring readings; a small step back is a fault, a large one the rollover."""
    used, faults = [], []
    for before, after in zip(readings, readings[1:]):
        step = after["kwh"] - before["kwh"]
        if step < -ROLLOVER_KWH / 2:
            step += ROLLOVER_KWH
        if step < 0:
            faults.append(after["at"])
            step = 0
        used.append({"from": before["at"], "to": after["at"], "kwh": round(step, 3)})
    return {"used": used, "total": round(sum(row["kwh"] for row in used), 3), "faults": faults}


@app.post("/peak")
def peak(request):
    """The highest mean power in kW over `window` neighbouring quarter-hour values in kWh."""
    values, window = request["quarter_hours"], request["window"]
    if window < 1 or window > len(values):
        raise ValueError("the window must lie within the values")
    running = sum(values[:window])
    best, start = running, 0
    for end in range(window, len(values)):
        running += values[end] - values[end - window]
        if running > best + 1e-9:
            best, start = running, end - window + 1
    return {"kw": round(best / window * 4, 3), "start": start}


if __name__ == "__main__":
    app.run()
