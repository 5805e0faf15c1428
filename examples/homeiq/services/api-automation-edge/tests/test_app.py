import pytest

from app import app, buckets

# printf '100.{}' | openssl dgst -sha256 -hmac example
SIGNED = {
    "timestamp": 100,
    "body": "{}",
    "key": "example",
    "signature": "2ce6c0549b7eac94b8bd4c6cc3ea24262d2e92b02457408f571a88bb235c089d",
    "now": 400,
}


@pytest.fixture(autouse=True)
def empty_buckets():
    buckets.clear()


def admit(now, caller="panel"):
    return app.call("POST", "/admit", {"caller": caller, "now": now})[1]


def test_health_counts_callers():
    admit(0)
    assert app.call("GET", "/health") == (200, {"status": "ok", "callers": 1})


def test_a_signed_request_is_accepted():
    assert app.call("POST", "/verify", SIGNED) == (200, {"accepted": True})


def test_a_changed_or_late_one_is_not():
    changed = {**SIGNED, "body": "{ }"}
    assert app.call("POST", "/verify", changed)[1] == {"accepted": False, "because": "wrong signature"}
    assert app.call("POST", "/verify", {**SIGNED, "now": 401})[1] == {"accepted": False, "because": "too old"}


def test_a_burst_is_cut_off():
    assert [admit(0)["admitted"] for _ in range(6)] == [True] * 5 + [False]
    assert admit(0) == {"admitted": False, "retry_after_seconds": 2.0}
    assert admit(0, caller="phone")["admitted"] is True


def test_tokens_come_back_but_never_beyond_the_capacity():
    for _ in range(5):
        admit(0)
    assert admit(1)["admitted"] is False
    assert admit(2)["admitted"] is True
    assert [admit(1000)["admitted"] for _ in range(6)] == [True] * 5 + [False]
