"""Sentence vectors without a GPU: hashed words, normalised, compared by angle."""

import math
import os
import re
import zlib

from homeiq.web import Service

app = Service("openvino-service")

DIMENSIONS = 64
MODELS_FOLDER = os.environ.get("MODELS_FOLDER", "/models")


def vector(text):
    values = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        code = zlib.crc32(word.encode())
        values[code % DIMENSIONS] += 1 if code & 0x80000000 else -1
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values] if length else values


@app.get("/health")
def health(_query):
    return {"status": "ok", "dimensions": DIMENSIONS}


@app.get("/models")
def models(_query):
    """What model-prep has put into the shared folder so far."""
    if not os.path.isdir(MODELS_FOLDER):
        return {"models": []}
    return {"models": sorted(name for name in os.listdir(MODELS_FOLDER) if name.endswith(".bin"))}


@app.post("/embed")
def embed(request):
    """A unit vector for each text; a text without words has the zero vector."""
    return {"vectors": [[round(value, 6) for value in vector(text)] for text in request["texts"]]}


@app.post("/similarity")
def similarity(request):
    """The candidates by their likeness to the text, 1 being the same words, best first."""
    wanted = vector(request["text"])
    rows = []
    for candidate in request["candidates"]:
        cosine = sum(a * b for a, b in zip(wanted, vector(candidate)))
        rows.append({"text": candidate, "likeness": round(cosine, 3)})
    return sorted(rows, key=lambda row: -row["likeness"])


if __name__ == "__main__":
    app.run()
