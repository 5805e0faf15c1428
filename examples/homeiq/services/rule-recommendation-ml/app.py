"""Which rules other homes like this one use."""

from collections import Counter
from itertools import combinations

from homeiq.web import Service

app = Service("rule-recommendation-ml")

NEIGHBOURS = 2


def likeness(one, other):
    """Jaccard: shared devices by all devices of both."""
    return len(one & other) / len(one | other) if one | other else 0.0


@app.get("/health")
def health(_query):
    return {"status": "ok", "neighbours": NEIGHBOURS}


@app.post("/recommend")
def recommend(request):
    """Rules of the most similar homes that this one lacks, weighted by likeness."""
    mine = set(request["devices"])
    homes = sorted(request["homes"], key=lambda home: -likeness(mine, set(home["devices"])))
    scores = Counter()
    for home in homes[:NEIGHBOURS]:
        weight = likeness(mine, set(home["devices"]))
        for rule in set(home["rules"]) - set(request["rules"]):
            scores[rule] += weight
    rows = [{"rule": rule, "score": round(score, 3)} for rule, score in scores.items() if score > 0]
    return sorted(rows, key=lambda row: (-row["score"], row["rule"]))


@app.post("/association")
def association(request):
    """Pairs of rules that at least `support` of the homes share, with the confidence of each direction."""
    homes = [set(rules) for rules in request["homes"]]
    singles = Counter(rule for rules in homes for rule in rules)
    pairs = Counter(pair for rules in homes for pair in combinations(sorted(rules), 2))
    found = []
    for (one, other), count in sorted(pairs.items()):
        if count / len(homes) >= request["support"]:
            forth, back = count / singles[one], count / singles[other]
            found.append({"rules": [one, other], "confidence": [round(forth, 2), round(back, 2)]})
    return found


if __name__ == "__main__":
    app.run()
