"""Errors of the server in our words, and daftar's indices in place."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tasks.cluster import (
    Target,
    check_found,
    check_server,
    connect,
    index_language,
    install,
    is_blocked,
    is_passing,
    speaking_plainly,
)
from tasks.errors import Misconfigured, Unavailable

BLOCK = {"type": "cluster_block_exception", "reason": "index [x] blocked by: [FORBIDDEN/12/disk usage exceeded]"}


@pytest.mark.parametrize(
    ("language", "index"),
    [("fa", "fa"), ("ar", "ar"), ("ur", "other"), ("und", "other"), (None, "other"), ("", "other")],
)
def test_index_of_a_language(language: str | None, index: str) -> None:
    assert index_language(language) == index


def test_names_have_the_prefix() -> None:
    target = Target("http://127.0.0.1:1", "archive")
    assert target.documents() == "archive-documents"
    assert target.documents("ckb") == "archive-documents-other"
    assert (target.all_documents, target.files) == ("archive-documents-all", "archive-files")


def test_key_is_not_shown() -> None:
    assert "secret" not in repr(Target("http://127.0.0.1:1", api_key="secret"))


@pytest.mark.parametrize(
    ("status", "error", "passing"),
    [
        (429, {"type": "es_rejected_execution_exception"}, True),
        (503, {"type": "unavailable_shards_exception"}, True),
        (403, BLOCK, True),
        (400, {"type": "index_closed_exception"}, True),
        (404, {"type": "index_not_found_exception"}, True),
        (500, {"type": "i_o_exception", "reason": "No space left on device"}, True),
        (404, {"error": {"type": "x", "root_cause": [{"type": "search_context_missing_exception"}]}}, True),
        (404, {"type": "document_missing_exception"}, False),
        (409, {"type": "version_conflict_engine_exception"}, False),
        (400, {"type": "document_parsing_exception", "reason": "field [x]: 'index_closed_exception'"}, False),
        (400, "text", False),
        (400, None, False),
    ],
)  # fmt: skip
def test_what_may_pass(status: int, error: Any, passing: bool) -> None:
    assert is_passing(status, error) is passing


@pytest.mark.parametrize("body", [None, "", [], {}, {"error": "no handler"}])
def test_other_bodies_are_no_block(body: object) -> None:
    assert not is_blocked(body)


def test_multi_get_that_could_not_look_is_unavailable() -> None:
    found: dict[str, Any] = {"_index": "files", "_id": "1", "found": True, "_source": {}}
    assert list(check_found([found, {"_index": "files", "_id": "2", "found": False}])) == [found]
    with pytest.raises(Unavailable, match="cannot read files now"):
        list(check_found([found, {"_index": "files", "_id": "3", "error": {"type": "index_closed_exception"}}]))


class _Answers(BaseHTTPRequestHandler):
    """A server that gives one answer to everything."""

    status = 200
    body = b"{}"
    product = True

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        if self.product:
            self.send_header("X-Elastic-Product", "Elasticsearch")
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[type[_Answers], Target]]:
    answers = type("Answers", (_Answers,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), answers) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        target = Target(f"http://127.0.0.1:{listening.server_address[1]}")
        try:
            yield answers, target
        finally:
            connect(target).close()
            listening.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "product", "error", "message"),
    [
        (200, b'{"version": {"number": "8.19.0"}}', True, Misconfigured, "is version 8.19.0"),
        (200, b'{"version": {"number": "10.0.0"}}', True, Misconfigured, "is version 10.0.0"),
        (200, b'{"version": {"number": "9.1.0"}}', False, Misconfigured, "is something else"),
        (200, b'{"hello": 1}', True, Misconfigured, "is something else"),
        (200, b"[]", True, Misconfigured, "is something else"),
        (400, b'{"error": "no"}', True, Misconfigured, "is an older version"),
        (401, b'{"error": "no"}', True, Misconfigured, "refused daftar's credentials"),
        (403, b'{"error": "no"}', True, Misconfigured, "refused daftar's credentials"),
        (429, b'{"error": "wait"}', True, Unavailable, "is too busy"),
        (503, b"not even JSON", True, Unavailable, "does not answer"),
    ],
)
def test_wrong_servers(
    server: tuple[type[_Answers], Target],
    status: int,
    body: bytes,
    product: bool,
    error: type[Exception],
    message: str,
) -> None:
    answers, target = server
    answers.status, answers.body, answers.product = status, body, product
    with pytest.raises(error, match=message):
        check_server(target)


def test_nothing_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        check_server(Target("http://127.0.0.1:1"))


def test_our_errors_pass_through() -> None:
    with pytest.raises(Unavailable, match="ours"), speaking_plainly(Target("http://127.0.0.1:1")):
        raise Unavailable("ours")


@pytest.mark.search
class TestInstall:
    def test_version_of_the_server(self, elasticsearch_url: str) -> None:
        assert check_server(Target(elasticsearch_url)).startswith("9.")

    def test_installing_again_changes_nothing(self, own_target: Target) -> None:
        client = connect(own_target)
        before = client.indices.get(index=f"{own_target.prefix}-*").body
        install(own_target)
        assert client.indices.get(index=f"{own_target.prefix}-*").body == before
        assert set(before) == {
            f"{own_target.prefix}-{name}-000001"
            for name in ("documents-fa", "documents-ar", "documents-other", "files")
        }

    def test_what_is_lost_is_put_back(self, own_target: Target) -> None:
        connect(own_target).indices.delete(index=f"{own_target.prefix}-documents-fa-000001")
        install(own_target)
        assert connect(own_target).indices.exists_alias(name=own_target.documents("fa"))
        assert connect(own_target).count(index=own_target.documents())["count"] == 0
