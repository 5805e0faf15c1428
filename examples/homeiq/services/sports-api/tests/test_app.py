from app import app


def game(home, home_goals, away_goals, away):
    return {"home": home, "home_goals": home_goals, "away": away, "away_goals": away_goals}


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "fixtures": 3})


def test_next_fixture_is_the_first_from_that_day_on():
    on_the_day = app.call("GET", "/next?team=Rovers&from=2026-02-07")[1]
    assert (on_the_day["fixture"]["away"], on_the_day["at_home"]) == ("United", True)
    later = app.call("GET", "/next?team=Rovers&from=2026-02-08")[1]
    assert (later["fixture"]["home"], later["at_home"]) == ("Athletic", False)


def test_a_season_ends():
    assert app.call("GET", "/next?team=Rovers&from=2026-03-01") == (200, {"team": "Rovers", "fixture": None})


def test_standings_count_wins_draws_and_goals():
    games = [game("A", 2, 0, "B"), game("B", 1, 1, "C"), game("C", 0, 1, "A")]
    assert app.call("POST", "/standings", games)[1] == [
        {"team": "A", "played": 2, "points": 6, "difference": 3},
        {"team": "C", "played": 2, "points": 1, "difference": -1},
        {"team": "B", "played": 2, "points": 1, "difference": -2},
    ]
