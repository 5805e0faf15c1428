"""Looks after the examples that the intent model learns from, and measures what it learned."""

from collections import Counter, defaultdict

from homeiq.web import Service

app = Service("nlp-fine-tuning")

MIN_EXAMPLES = 2


@app.get("/health")
def health(_query):
    return {"status": "ok", "min_examples": MIN_EXAMPLES}


@app.post("/check")
def check(examples):
    """What is wrong with a set of {text, intent}: repeats, contradictions and rare intents."""
    intents = defaultdict(set)
    seen = Counter()
    for example in examples:
        text = " ".join(example["text"].lower().split())
        intents[text].add(example["intent"])
        seen[text, example["intent"]] += 1
    sizes = Counter(example["intent"] for example in examples)
    return {
        "repeated": sorted(text for (text, _), count in seen.items() if count > 1),
        "contradictory": sorted(text for text, names in intents.items() if len(names) > 1),
        "rare": sorted(name for name, count in sizes.items() if count < MIN_EXAMPLES),
    }


@app.post("/metrics")
def metrics(pairs):
    """Precision, recall and F1 of each intent from [expected, predicted] pairs."""
    expected = Counter(pair[0] for pair in pairs)
    predicted = Counter(pair[1] for pair in pairs)
    right = Counter(pair[0] for pair in pairs if pair[0] == pair[1])
    report = {}
    for intent in sorted(expected | predicted):
        precision = right[intent] / predicted[intent] if predicted[intent] else 0.0
        recall = right[intent] / expected[intent] if expected[intent] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        report[intent] = {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}
    return report


if __name__ == "__main__":
    app.run()
