"""Finds what is likely wrong in an automation, given as Home Assistant's JSON."""

import re

from homeiq.web import Service

app = Service("automation-linter")

RULES = {
    "no-alias": "an automation without a name cannot be found again",
    "no-trigger": "it can never start",
    "empty-action": "it does nothing",
    "bad-entity": "an entity id is domain.name in lower case",
    "self-trigger": "it changes what triggers it",
}


def entities(steps):
    ids = []
    for step in steps:
        value = step.get("target", step).get("entity_id", [])
        ids += [value] if isinstance(value, str) else value
    return ids


@app.get("/health")
def health(_query):
    return {"status": "ok", "rules": len(RULES)}


@app.get("/rules")
def rules(_query):
    return RULES


@app.post("/lint")
def lint(automation):
    """The findings, each with its rule and what it is about."""
    triggers, actions = automation.get("trigger", []), automation.get("action", [])
    found = []
    if not automation.get("alias", "").strip():
        found.append({"rule": "no-alias", "at": "alias"})
    if not triggers:
        found.append({"rule": "no-trigger", "at": "trigger"})
    if not actions:
        found.append({"rule": "empty-action", "at": "action"})
    for entity in entities(triggers) + entities(actions):
        if not re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", entity):
            found.append({"rule": "bad-entity", "at": entity})
    for entity in sorted(set(entities(triggers)) & set(entities(actions))):
        found.append({"rule": "self-trigger", "at": entity})
    return {"clean": not found, "findings": found}


if __name__ == "__main__":
    app.run()
