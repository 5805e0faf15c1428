"""Checks YAML as people type it, before a real parser sees it: tabs, indents, repeated keys."""

import re

from homeiq.web import Service

app = Service("yaml-validation-service")

KEY = re.compile(r"^( *)(- +)?([\w.-]+):(?: |$)")


@app.get("/health")
def health(_query):
    return {"status": "ok", "checks": ["tab", "indent", "duplicate-key"]}


@app.post("/validate")
def validate(document):
    """The problems by line; a key counts as repeated within its own block only."""
    problems, blocks = [], []
    for number, line in enumerate(document["text"].splitlines(), 1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            problems.append({"line": number, "problem": "tab"})
            continue
        match = KEY.match(line)
        if match is None:
            continue
        indent = len(match[1]) + len(match[2] or "")
        if len(match[1]) % 2 == 1:
            problems.append({"line": number, "problem": "indent"})
        # A list item opens a block of its own, even at the indent of the item before.
        while blocks and (blocks[-1][0] > indent or (match[2] and blocks[-1][0] == indent)):
            blocks.pop()
        if not blocks or blocks[-1][0] < indent:
            blocks.append((indent, set()))
        keys = blocks[-1][1]
        if match[3] in keys:
            problems.append({"line": number, "problem": "duplicate-key", "key": match[3]})
        keys.add(match[3])
    return {"valid": not problems, "problems": problems}


@app.post("/tidy")
def tidy(document):
    """The text without trailing blanks, with at most one empty line in a row and one newline at the end."""
    lines = []
    for line in document["text"].splitlines():
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return {"text": "\n".join(lines).rstrip("\n") + "\n"}


if __name__ == "__main__":
    app.run()
