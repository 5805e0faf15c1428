"""A pretend home: entities that drift in a repeatable way, for developing without a real one."""

import random

from homeiq.web import Service

app = Service("ha-simulator")

START = {"sensor.temperature": 20.0, "sensor.power": 300.0, "light.hall": "off"}
home = dict(START)


@app.get("/health")
def health(_query):
    return {"status": "ok", "entities": len(home)}


@app.get("/state")
def state(query):
    """The state of ?entity=, or of all."""
    if "entity" in query:
        return {query["entity"]: home[query["entity"]]}
    return home


@app.post("/call")
def call_service(request):
    """turn_on, turn_off or toggle a light; a lamp draws 60 W."""
    entity, action = request["entity"], request["action"]
    if not entity.startswith("light.") or action not in ("turn_on", "turn_off", "toggle"):
        raise ValueError(f"cannot {action} {entity}")
    before = home[entity]
    after = {"turn_on": "on", "turn_off": "off"}.get(action, "off" if before == "on" else "on")
    if after != before:
        home["sensor.power"] += 60 if after == "on" else -60
    home[entity] = after
    return {"before": before, "after": after}


@app.post("/tick")
def tick(request):
    """Let `minutes` pass from a seed: the temperature wanders, pulled back to 20 degrees."""
    chance = random.Random(request["seed"])
    for _ in range(request["minutes"]):
        pull = (20 - home["sensor.temperature"]) * 0.1
        home["sensor.temperature"] += pull + chance.uniform(-0.2, 0.2)
    home["sensor.temperature"] = round(home["sensor.temperature"], 2)
    return {"sensor.temperature": home["sensor.temperature"]}


if __name__ == "__main__":
    app.run()
