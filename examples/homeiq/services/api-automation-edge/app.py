"""The outermost service: lets signed requests in, and no caller too often."""

import hashlib
import hmac

from homeiq.web import Service

app = Service("api-automation-edge")

MAX_AGE_SECONDS = 300
CAPACITY, REFILL_PER_SECOND = 5, 0.5
buckets = {}


@app.get("/health")
def health(_query):
    return {"status": "ok", "callers": len(buckets)}


@app.post("/verify")
def verify(request):
    """Whether the HMAC of "timestamp.body" is right and not older than five minutes."""
    message = f"{request['timestamp']}.{request['body']}".encode()
    wanted = hmac.new(request["key"].encode(), message, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, request["signature"]):
        return {"accepted": False, "because": "wrong signature"}
    if abs(request["now"] - request["timestamp"]) > MAX_AGE_SECONDS:
        return {"accepted": False, "because": "too old"}
    return {"accepted": True}


@app.post("/admit")
def admit(request):
    """A token bucket a caller: five at once, then one in two seconds."""
    tokens, since = buckets.get(request["caller"], (CAPACITY, request["now"]))
    tokens = min(CAPACITY, tokens + (request["now"] - since) * REFILL_PER_SECOND)
    admitted = tokens >= 1
    if admitted:
        tokens -= 1
    buckets[request["caller"]] = (tokens, request["now"])
    wait = 0 if admitted else (1 - tokens) / REFILL_PER_SECOND
    return {"admitted": admitted, "retry_after_seconds": round(wait, 1)}


if __name__ == "__main__":
    app.run()
