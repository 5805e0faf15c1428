from app import app


def test_health():
    assert app.call("GET", "/health") == (200, {"status": "ok", "blueprints": 4})


def test_search_needs_every_word():
    assert app.call("GET", "/search?q=light+movie") == (200, ["dim-movie"])
    assert app.call("GET", "/search?q=toaster") == (200, [])


def test_titles_that_start_with_the_word_come_first():
    assert app.call("GET", "/search?q=light")[1] == ["motion-light", "dim-movie"]
    assert app.call("GET", "/search?q=the")[1] == ["leak-alarm", "dim-movie"]


def test_usable_names_what_is_ready_and_what_is_close():
    usable = app.call("POST", "/usable", {"devices": ["light", "motion"]})[1]
    assert usable == {"ready": ["motion-light"], "nearly": {"media_player": ["dim-movie"], "battery": ["low-battery"]}}
