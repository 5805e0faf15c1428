"""Drafts of automations from a sentence's parts, and those that would fight each other."""

import re

from homeiq.web import Service

app = Service("ai-automation-service-new")

OPPOSITES = {"turn_on": "turn_off", "open_cover": "close_cover", "lock": "unlock"}
OPPOSITES.update({second: first for first, second in list(OPPOSITES.items())})


@app.get("/health")
def health(_query):
    return {"status": "ok", "actions": len(OPPOSITES)}


@app.post("/draft")
def draft(wish):
    """An automation for {when, entity, action}: "at 07:30", or an entity that changes to a state."""
    clock = re.fullmatch(r"at (\d{1,2}):(\d{2})", wish["when"])
    change = re.fullmatch(r"(\w+\.\w+) turns (\w+)", wish["when"])
    if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
        trigger = {"platform": "time", "at": f"{int(clock[1]):02}:{clock[2]}:00"}
    elif change:
        trigger = {"platform": "state", "entity_id": change[1], "to": change[2]}
    else:
        raise ValueError(f"cannot read the trigger: {wish['when']}")
    if wish["action"] not in OPPOSITES:
        raise ValueError(f"unknown action {wish['action']}")
    domain = wish["entity"].split(".")[0]
    action = {"service": f"{domain}.{wish['action']}", "target": {"entity_id": wish["entity"]}}
    return {"alias": f"{wish['action']} {wish['entity']} {wish['when']}", "trigger": [trigger], "action": [action]}


@app.post("/conflicts")
def conflicts(automations):
    """Pairs by alias that do the opposite to the same entity on the same trigger."""
    found = []
    for i, first in enumerate(automations):
        for second in automations[i + 1 :]:
            one, other = first["action"][0], second["action"][0]
            verb = one["service"].split(".")[1]
            opposite = OPPOSITES.get(verb) == other["service"].split(".")[1]
            if first["trigger"] == second["trigger"] and one["target"] == other["target"] and opposite:
                found.append([first["alias"], second["alias"]])
    return found


if __name__ == "__main__":
    app.run()
