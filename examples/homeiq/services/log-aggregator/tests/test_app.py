import json
import threading
import urllib.request

import pytest

from app import app, kept

LINES = ['level=error service=rag-service msg="no index"', "level=loud service=ml-service", "just words"]


@pytest.fixture
def address():
    """The service on a real socket, since a log shipper talks to it in bulk."""
    kept.clear()
    with app.listen("127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def fetch(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data, timeout=5) as response:
        return json.load(response)


def test_lines_are_taken_or_rejected(address):
    assert fetch(f"{address}/lines", LINES) == {"accepted": 2, "rejected": 1}
    assert fetch(f"{address}/health") == {"status": "ok", "lines": 2}
    assert kept[0]["msg"] == "no index"


def test_summary_counts_by_service_and_level(address):
    fetch(f"{address}/lines", LINES)
    assert fetch(f"{address}/summary") == {
        "lines": 2,
        "by_service": {"rag-service": 1, "ml-service": 1},
        "by_level": {"error": 1, "info": 1},
    }


def test_summary_leaves_out_lower_levels(address):
    fetch(f"{address}/lines", LINES)
    assert fetch(f"{address}/summary?level=warning")["by_level"] == {"error": 1}


def test_what_is_not_there_is_404(address):
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(f"{address}/nothing")
    assert refused.value.code == 404
    refused.value.close()
