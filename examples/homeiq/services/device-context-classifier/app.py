"""Guesses what a device is and where it stands from the names of its entities."""

import re

from homeiq.web import Service

app = Service("device-context-classifier")

KINDS = {
    "fridge": {"door", "temperature", "compressor"},
    "washing machine": {"spin", "program", "power"},
    "car": {"battery", "range", "charging"},
    "3d printer": {"nozzle", "bed", "progress"},
}
ROOMS = {"kitchen": "cook", "bedroom": "sleep", "office": "work", "garage": "park", "bath": "wash"}


@app.get("/health")
def health(_query):
    return {"status": "ok", "kinds": len(KINDS)}


@app.post("/classify")
def classify(device):
    """The kind whose typical words appear most; below two thirds of them nothing is claimed."""
    words = set()
    for entity in device["entities"]:
        words |= set(re.split(r"[._]", entity.lower()))
    shares = {kind: len(typical & words) / len(typical) for kind, typical in KINDS.items()}
    kind = max(shares, key=shares.get)
    if shares[kind] < 2 / 3:
        return {"kind": None, "confidence": round(shares[kind], 2)}
    return {"kind": kind, "confidence": round(shares[kind], 2)}


@app.get("/room")
def room(query):
    """The room that ?name= mentions, with a floor if it says one such as "2nd floor" or "upstairs"."""
    name = query["name"].lower()
    found = next((room for room in ROOMS if room in name), None)
    ordinal = re.search(r"(\d)(?:st|nd|rd|th) floor", name)
    floor = int(ordinal[1]) if ordinal else None
    if floor is None and "upstairs" in name:
        floor = 1
    return {"room": found, "used_to": ROOMS.get(found), "floor": floor}


if __name__ == "__main__":
    app.run()
