"""Which devices need attention: batteries that run out, radios that drop, sensors that fell silent."""

from homeiq.web import Service

app = Service("device-health-monitor")

PENALTIES = {"offline": 60, "weak_signal": 20, "low_battery": 30, "old_firmware": 10}


@app.get("/health")
def health(_query):
    return {"status": "ok", "checks": sorted(PENALTIES)}


@app.post("/battery")
def battery(samples):
    """Days until empty at the mean daily loss since the last charge; null when it does not fall."""
    newest = samples[-1]
    since = newest
    for sample in reversed(samples):
        if sample["percent"] < since["percent"]:
            break
        since = sample
    days, lost = newest["day"] - since["day"], since["percent"] - newest["percent"]
    if days <= 0 or lost <= 0:
        return {"days_left": None, "since_day": since["day"]}
    return {"days_left": round(newest["percent"] * days / lost), "since_day": since["day"]}


@app.post("/score")
def score(device):
    """100 for a device in order, less for each trouble; the troubles are named, the worst first."""
    troubles = []
    if device["silent_hours"] > 24:
        troubles.append("offline")
    if device.get("rssi", 0) < -80:
        troubles.append("weak_signal")
    if device.get("battery", 100) <= 15:
        troubles.append("low_battery")
    if device.get("firmware", "") < device.get("latest_firmware", ""):
        troubles.append("old_firmware")
    troubles.sort(key=lambda trouble: -PENALTIES[trouble])
    return {"score": max(100 - sum(PENALTIES[trouble] for trouble in troubles), 0), "troubles": troubles}


if __name__ == "__main__":
    app.run()
