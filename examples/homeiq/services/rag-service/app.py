"""Finds the passages of the home's manuals that answer a question."""

import math
import re
from collections import Counter

from homeiq.web import Service

app = Service("rag-service")

passages = {}


def words(text):
    return Counter(re.findall(r"\w+", text.lower()))


@app.get("/health")
def health(_query):
    return {"status": "ok", "passages": len(passages)}


@app.post("/documents")
def add_document(document):
    """Cut a text into passages of `size` words that share `overlap` words, and index them."""
    size, overlap = document.get("size", 40), document.get("overlap", 10)
    if not 0 <= overlap < size:
        raise ValueError("the overlap must be smaller than a passage")
    text, step = document["text"].split(), size - overlap
    cuts = range(0, max(len(text) - overlap, 1), step)
    for number, start in enumerate(cuts):
        passages[f"{document['name']}#{number}"] = " ".join(text[start : start + size])
    return {"passages": len(cuts)}


@app.get("/search")
def search(query):
    """The best passages for ?q=, by how rare the shared words are (tf-idf)."""
    counted = {name: words(text) for name, text in passages.items()}
    scores = Counter()
    for word in words(query["q"]):
        holders = [name for name, counts in counted.items() if word in counts]
        for name in holders:
            share = counted[name][word] / counted[name].total()
            scores[name] += share * math.log(1 + len(counted) / len(holders))
    best = scores.most_common(int(query.get("top", 3)))
    return [{"passage": name, "text": passages[name], "score": round(score, 3)} for name, score in best]


if __name__ == "__main__":
    app.run()
