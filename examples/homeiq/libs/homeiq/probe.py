"""The container's health check: exit 0 when /health on PORT answers 200. A bare socket, since it runs all day."""

import os
import socket

with socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=3) as connection:
    connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
    # To its end: a caller that hangs up early is an error in the service's log.
    with connection.makefile("rb") as answer:
        status = answer.read().split()[1]

raise SystemExit(0 if status == b"200" else 1)
