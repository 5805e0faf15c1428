"""Reads automations out of forum posts and drops those that say the same."""

import re

from homeiq.web import Service

app = Service("automation-miner")

DEVICES = ("light", "thermostat", "blind", "lock", "fan", "siren")
SHINGLE_WORDS = 3


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + SHINGLE_WORDS]) for i in range(max(len(words) - SHINGLE_WORDS + 1, 1))}


@app.get("/health")
def health(_query):
    return {"status": "ok", "devices": len(DEVICES)}


@app.post("/mine")
def mine(posts):
    """One idea a post that says "when ..., ...": its trigger, its action and the devices it names."""
    ideas = []
    for post in posts:
        match = re.search(r"\bwhen (.+?), (?:then )?(.+?)(?:\.|$)", post["text"], re.IGNORECASE)
        if match is None or post["votes"] < 1:
            continue
        devices = [device for device in DEVICES if re.search(rf"\b{device}s?\b", match[0], re.IGNORECASE)]
        ideas.append({"trigger": match[1].lower(), "action": match[2].lower(), "devices": devices})
    return ideas


@app.post("/distinct")
def distinct(request):
    """The texts whose three-word runs overlap with no earlier text by `limit` or more."""
    kept = []
    for text in request["texts"]:
        runs = shingles(text)
        overlaps = [len(runs & other) / len(runs | other) for _, other in kept]
        if all(overlap < request["limit"] for overlap in overlaps):
            kept.append((text, runs))
    return [text for text, _ in kept]


if __name__ == "__main__":
    app.run()
