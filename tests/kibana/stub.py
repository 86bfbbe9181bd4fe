"""A server that answers as Kibana's routes do, as far as a push needs them, and remembers what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]

#: The newest formats this Kibana knows.
NEWEST = {"index-pattern": (8, 0, 0), "search": (10, 11, 0), "dashboard": (10, 3, 0)}


@dataclass
class Stub:
    """The state of the server, and how it is to behave."""

    url: str = ""
    version: str = "9.4.3"
    #: Answers to the first requests, before it behaves: status codes.
    first: list[int] = field(default_factory=list)
    level: str = "available"
    core: Json = field(default_factory=dict)
    authorization: str | None = None
    forbidden_types: set[str] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)
    base: str = ""

    objects: dict[tuple[str, str], Json] = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    default_view: str | None = None
    requests: list[str] = field(default_factory=list)

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(target)
        self.requests.append(f"{method} {parts.path}")
        if self.first:
            return self.first.pop(0), {"message": "Kibana server is not ready yet"}
        if self.authorization and headers["Authorization"] != self.authorization:
            return 401, {"statusCode": 401, "error": "Unauthorized", "message": "missing authentication credentials"}
        if method == "POST" and "kbn-xsrf" not in headers:
            return 400, {
                "statusCode": 400,
                "error": "Bad Request",
                "message": "Request must contain a kbn-xsrf header.",
            }
        if "/internal/" in parts.path and "x-elastic-internal-origin" not in headers:
            return 400, {"message": "uri is not available with the current configuration"}
        match method, parts.path.removeprefix(self.base):
            case "GET", "/api/status":
                return 200, {
                    "version": {"number": self.version},
                    "status": {"overall": {"level": self.level}, "core": self.core},
                }
            case "POST", "/api/saved_objects/_import":
                return self._import(parse_qs(parts.query), headers, body)
            case "POST", "/api/data_views/default":
                asked = json.loads(body)
                if asked["force"] or self.default_view is None:
                    self.default_view = asked["data_view_id"]
                return 200, {"acknowledged": True}
            case "GET", "/internal/kibana/settings":
                return 200, {"settings": self._list_settings()}
            case "POST", "/internal/kibana/settings":
                return self._change(json.loads(body)["changes"])
        return 404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"}

    def _list_settings(self) -> Json:
        fixed = {name: {"userValue": "fixed", "isOverridden": True} for name in self.overridden}
        return {name: {"userValue": value} for name, value in self.settings.items()} | fixed

    def _change(self, changes: Json) -> tuple[int, Any]:
        for name in changes:
            if name in self.overridden:
                return 400, {"message": f'Unable to update "{name}" because it is overridden'}
        self.settings |= changes
        return 200, {"settings": self._list_settings()}

    def _import(self, query: dict[str, list[str]], headers: Any, body: bytes) -> tuple[int, Any]:
        name, content = read_part(headers["Content-Type"], body)
        if not name.endswith(".ndjson"):
            return 400, {"message": f"Invalid file extension {name.rpartition('.')[2]}"}
        lines = [json.loads(line) for line in content.decode().splitlines()]
        keys = [(line["type"], line["id"]) for line in lines]
        if len(set(keys)) < len(keys):
            return 400, {"message": "Non-unique import objects detected"}
        for line in lines:
            written = tuple(map(int, line["typeMigrationVersion"].split(".")))
            if written > NEWEST.get(line["type"], written):
                return 422, {"message": f"Document {line['id']} belongs to a more recent version of Kibana"}
        overwrite = query.get("overwrite") == ["true"]
        results, errors = [], []
        for line, key in zip(lines, keys, strict=True):
            if problem := self._find_problem(line, {*keys, *self.objects}, overwrite):
                errors.append({"type": key[0], "id": key[1], "error": {"type": problem}})
                continue
            replaced = {"overwrite": True} if key in self.objects else {}
            self.objects[key] = line
            results.append({"type": key[0], "id": key[1], **replaced})
        answer = {"success": not errors, "successCount": len(results), "successResults": results}
        return 200, answer | ({"errors": errors} if errors else {})

    def _find_problem(self, line: Json, known: set[tuple[str, str]], overwrite: bool) -> str | None:
        if line["type"] in self.forbidden_types:
            return "unsupported_type"
        if any((reference["type"], reference["id"]) not in known for reference in line["references"]):
            return "missing_references"
        return "conflict" if (line["type"], line["id"]) in self.objects and not overwrite else None


def read_part(content_type: str, body: bytes) -> tuple[str, bytes]:
    """The name and the content of the part `file` of a form."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    (part,) = message.iter_parts()
    assert part.get_param("name", header="content-disposition") == "file"
    return str(part.get_filename()), part.get_payload(decode=True)


@contextmanager
def serve(stub: Stub) -> Iterator[Stub]:
    """Let the stub answer on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, answer = stub.answer(self.command, self.path, self.headers, body)
            content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if status in (301, 302):
                self.send_header("Location", "/login")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _handle

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        stub.url = f"http://127.0.0.1:{server.server_port}{stub.base}"
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
