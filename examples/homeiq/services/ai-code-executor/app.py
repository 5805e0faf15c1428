"""Runs the small formulas that automations carry: arithmetic on named values, nothing else."""

import ast
import operator

from homeiq.web import Service

app = Service("ai-code-executor")

OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
FUNCTIONS = {"min": min, "max": max, "round": round, "abs": abs}


def parse(formula):
    try:
        return ast.parse(formula, mode="eval").body
    except SyntaxError as problem:
        raise ValueError(f"not a formula, at column {problem.offset}") from problem


def evaluate_node(node, values):
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](evaluate_node(node.left, values), evaluate_node(node.right, values))
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](evaluate_node(node.operand, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return FUNCTIONS[node.func.id](*(evaluate_node(part, values) for part in node.args))
    raise ValueError(f"{type(node).__name__} is not allowed in a formula")


@app.get("/health")
def health(_query):
    return {"status": "ok", "functions": sorted(FUNCTIONS)}


@app.post("/evaluate")
def evaluate(request):
    """The value of a formula such as "max(inside - outside, 0) * 2"."""
    tree = parse(request["formula"])
    try:
        return {"value": evaluate_node(tree, request.get("values", {}))}
    except ZeroDivisionError as problem:
        raise ValueError("division by zero") from problem


@app.post("/needs")
def needs(request):
    """The names a formula reads, so that its automation can be triggered by them."""
    names = {node.id for node in ast.walk(parse(request["formula"])) if isinstance(node, ast.Name)}
    return {"names": sorted(names - FUNCTIONS.keys())}


if __name__ == "__main__":
    app.run()
