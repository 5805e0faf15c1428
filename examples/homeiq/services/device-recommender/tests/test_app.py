from app import app


def recommend(budget, *missing):
    return app.call("POST", "/recommend", {"budget": budget, "missing": list(missing)})[1]


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "models": 4})


def test_the_best_value_comes_first():
    assert recommend(80, "leak", "presence", "temperature") == {
        "buy": ["Room node", "Leak puck"],
        "left": 10,
        "still_missing": [],
    }


def test_the_budget_is_kept():
    assert recommend(40, "presence", "contact") == {"buy": ["Window pair"], "left": 10, "still_missing": ["presence"]}
    assert recommend(25, "leak")["left"] == 0


def test_compare_shows_what_is_special():
    compared = app.call("POST", "/compare", ["Panel kit", "Window pair"])[1]
    assert compared == {"cheapest": "Window pair", "only_here": {"Panel kit": ["power"], "Window pair": []}}
    assert app.call("POST", "/compare", ["Toaster"])[0] == 400
