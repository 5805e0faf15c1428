"""League tables and fixtures, for dashboards that dim the lights on match day."""

from homeiq.web import Service

app = Service("sports-api")

FIXTURES = [
    {"on": "2026-02-07", "home": "Rovers", "away": "United"},
    {"on": "2026-02-14", "home": "Athletic", "away": "Rovers"},
    {"on": "2026-02-21", "home": "United", "away": "Athletic"},
]


@app.get("/health")
def health(_query):
    return {"status": "ok", "fixtures": len(FIXTURES)}


@app.get("/next")
def next_fixture(query):
    """The first fixture of ?team= on or after the ISO date ?from=."""
    team, start = query["team"], query["from"]
    coming = [game for game in FIXTURES if team in (game["home"], game["away"]) and game["on"] >= start]
    if not coming:
        return {"team": team, "fixture": None}
    fixture = min(coming, key=lambda game: game["on"])
    return {"team": team, "fixture": fixture, "at_home": fixture["home"] == team}


@app.post("/standings")
def standings(games):
    """Three points a win, one a draw; ties go by goal difference, then by name."""
    table = {}
    for game in games:
        for side, other in (("home", "away"), ("away", "home")):
            row = table.setdefault(game[side], {"team": game[side], "played": 0, "points": 0, "difference": 0})
            margin = game[f"{side}_goals"] - game[f"{other}_goals"]
            row["played"] += 1
            row["difference"] += margin
            if margin > 0:
                row["points"] += 3
            elif margin == 0:
                row["points"] += 1
    return sorted(table.values(), key=lambda row: (-row["points"], -row["difference"], row["team"]))


if __name__ == "__main__":
    app.run()
