"""Leads through pairing a new device, step by step."""

from homeiq.web import Service

app = Service("device-setup-assistant")

STEPS = {
    "zigbee": ["permit joining", "reset the device", "wait for the interview", "name it"],
    "wifi": ["open the device's own network", "enter the password", "wait for the update", "name it"],
    "thread": ["scan the code", "wait for the border router", "name it"],
}
REMEDIES = {"wait for the interview": "reset the device", "wait for the border router": "scan the code"}
MAX_TRIES = 3


@app.get("/health")
def health(_query):
    return {"status": "ok", "protocols": sorted(STEPS)}


@app.get("/steps")
def steps(query):
    """All steps of ?protocol=, numbered, with a guess of the minutes: waiting takes two, anything else one."""
    rows = STEPS[query["protocol"]]
    minutes = sum(2 if row.startswith("wait") else 1 for row in rows)
    return {"steps": [f"{number}. {row}" for number, row in enumerate(rows, 1)], "minutes": minutes}


@app.post("/next")
def next_step(progress):
    """What to do after the history of {step, ok}; a failed wait goes back to the step that mends it."""
    order, history = STEPS[progress["protocol"]], progress["history"]
    if not history:
        return {"do": order[0], "try": 1}
    last = history[-1]
    if last["ok"]:
        position = order.index(last["step"]) + 1
        return {"do": order[position], "try": 1} if position < len(order) else {"do": None, "done": True}
    tries = sum(1 for entry in history if entry["step"] == last["step"] and not entry["ok"])
    if tries >= MAX_TRIES:
        return {"do": "contact support", "because": f"{last['step']} failed {tries} times"}
    return {"do": REMEDIES.get(last["step"], last["step"]), "try": tries + 1}


if __name__ == "__main__":
    app.run()
