"""A proxy before Elasticsearch that answers 429 to writes while a file is there, as an overloaded cluster does.

`python proxy.py URL FILE` prints its own port and serves until it is ended.
"""

import sys
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

BUSY = b'{"error": {"type": "es_rejected_execution_exception", "reason": "rejected"}, "status": 429}'


class Proxy(BaseHTTPRequestHandler):
    """Passes everything on, or refuses it."""

    protocol_version = "HTTP/1.1"

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if FILE.exists() and "_bulk" in self.path:
            self.answer(429, {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"}, BUSY)
            return
        connection = HTTPConnection(SERVER.hostname or "", SERVER.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        self.answer(response.status, dict(response.getheaders()), content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Say nothing."""


if __name__ == "__main__":
    SERVER, FILE = urlsplit(sys.argv[1]), Path(sys.argv[2])
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
