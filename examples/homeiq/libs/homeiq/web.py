"""The HTTP side that the Python services share: handlers in, a small JSON server out."""

import json
import os
import signal
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import parse_qsl, urlsplit

APP_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Service:
    """A named set of handlers: GET ones get the query, POST ones the JSON body, and what they return is sent."""

    def __init__(self, name):
        self.name = name
        self.routes = {("GET", "/version"): self._version}

    def get(self, path):
        return self._route("GET", path)

    def post(self, path):
        return self._route("POST", path)

    def call(self, method, target, body=None):
        """Answer one request as (status, payload); a KeyError or ValueError is the caller's mistake."""
        url = urlsplit(target)
        handler = self.routes.get((method, url.path))
        if handler is None:
            return 404, {"error": f"{self.name} has no {method} {url.path}"}
        try:
            return 200, handler(dict(parse_qsl(url.query)) if method == "GET" else body)
        except KeyError as missing:
            return 400, {"error": f"missing or unknown: {missing.args[0]}"}
        except ValueError as problem:
            return 400, {"error": str(problem)}

    def listen(self, host, port):
        """A bound server, not serving yet; port 0 takes any free one."""
        return Server((host, port), self)

    def run(self):
        """Serve on PORT until TERM, then leave at once with code 0."""
        signal.signal(signal.SIGTERM, _leave)
        with self.listen("0.0.0.0", int(os.environ["PORT"])) as server:
            print(f"{self.name} {_built_version()} listens on {server.server_address[1]}", flush=True)
            server.serve_forever()

    def _route(self, method, path):
        def register(handler):
            self.routes[method, path] = handler
            return handler

        return register

    def _version(self, _query):
        return {"service": self.name, "version": _built_version()}


class Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 32

    def __init__(self, address, service):
        self.service = service
        super().__init__(address, Request)


class Request(BaseHTTPRequestHandler):
    def do_GET(self):
        self._send(*self.server.service.call("GET", self.path))

    def do_POST(self):
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        except ValueError:
            self._send(400, {"error": "the body is not JSON"})
            return
        self._send(*self.server.service.call("POST", self.path, body))

    def _send(self, status, payload):
        page = isinstance(payload, str)
        data = (payload if page else json.dumps(payload)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_request(self, code="-", size="-"):
        # The health check would fill the container's log.
        if self.path != "/health":
            super().log_request(code, size)


def _built_version():
    """What the image build wrote; sources that run outside an image have none."""
    try:
        with open(os.path.join(APP_FOLDER, "VERSION"), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return "unbuilt"


def _leave(_signal, _frame):
    raise SystemExit(0)
