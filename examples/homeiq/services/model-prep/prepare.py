"""A job, not a service: trains the room classifier, packs it to bytes, writes it to the shared folder and ends."""

import hashlib
import json
import os
import struct
import sys
from collections import Counter, defaultdict

APP_FOLDER = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = [
    ("kettle toaster oven", "kitchen"),
    ("oven fridge", "kitchen"),
    ("desk monitor printer", "office"),
    ("bed blind lamp", "bedroom"),
    ("lamp desk", "office"),
]


def train(examples):
    """For each word its share of each room, rooms in alphabetic order."""
    rooms = sorted({room for _, room in examples})
    counts = defaultdict(Counter)
    for text, room in examples:
        for word in text.split():
            counts[word][room] += 1
    weights = {word: [by_room[room] / by_room.total() for room in rooms] for word, by_room in sorted(counts.items())}
    return {"rooms": rooms, "weights": weights}


def pack(model):
    """One byte a weight (0 to 255), words as length and text, after a four-byte mark and the number of words."""
    parts = [b"RMS1", struct.pack(">H", len(model["weights"]))]
    for word, shares in model["weights"].items():
        encoded = word.encode()
        parts.append(struct.pack("B", len(encoded)) + encoded)
        parts.append(bytes(round(share * 255) for share in shares))
    return b"".join(parts)


def prepare(folder):
    """Write rooms.bin and manifest.json; the manifest comes last, so that its presence means the model is whole."""
    model = train(EXAMPLES)
    data = pack(model)
    manifest = {
        "model": "rooms.bin",
        "rooms": model["rooms"],
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "made_by": built_version(),
    }
    replace(os.path.join(folder, "rooms.bin"), data)
    replace(os.path.join(folder, "manifest.json"), json.dumps(manifest, indent=2).encode())
    return manifest


def replace(path, data):
    """A reader sees the old file or the new one, never half of it."""
    with open(f"{path}.new", "wb") as file:
        file.write(data)
    os.replace(f"{path}.new", path)


def built_version():
    try:
        with open(os.path.join(APP_FOLDER, "VERSION"), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return "unbuilt"


if __name__ == "__main__":
    print(json.dumps(prepare(sys.argv[1])))
