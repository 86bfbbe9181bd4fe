"""What readers see when Elasticsearch does not answer, is busy, or the fault is ours."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from daftar.web import app as application
from daftar.web.app import build_app
from daftar.web.gate import Busy, Gate
from daftar.web.headers import HEADERS
from tasks.cluster import Target
from tasks.errors import Misconfigured
from tests.web.reader import Reader, read_from

NOWHERE = Target("http://127.0.0.1:9")
PAGES = ["/", "/?q=a", "/documents/x", "/documents/x/compare/y", "/explain?text=a"]


@pytest.mark.parametrize("path", PAGES)
def test_elasticsearch_is_down(path: str) -> None:
    answer = read_from(NOWHERE).get(path)
    assert answer.status_code == 503
    assert "The archive does not answer at the moment" in answer.text
    assert (answer.headers["refresh"], answer.headers["retry-after"]) == ("5", "5")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/feed.xml", "/results.csv", "/results.jsonl"])
def test_programmes_are_told_in_plain_text(path: str) -> None:
    answer = read_from(NOWHERE).get(path)
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["retry-after"] == "5"


def test_it_is_said_in_the_language_of_the_page() -> None:
    reader = read_from(NOWHERE)
    assert "بایگانی در این لحظه پاسخ نمی‌دهد" in reader.get("/?ui=fa").text
    assert "الأرشيف لا يستجيب الآن" in reader.get("/?ui=ar").text


def test_health_does_not_depend_on_it() -> None:
    assert read_from(NOWHERE).get("/health").status_code == 200


def test_no_elasticsearch_is_known() -> None:
    def find_target() -> Target:
        raise Misconfigured("No Elasticsearch runs for this installation")

    assert read_from(find_target).get("/").status_code == 503


@pytest.mark.search
def test_it_comes_back_by_itself(archive: Target) -> None:
    targets = iter([NOWHERE, archive])
    reader = read_from(lambda: next(targets))
    assert [reader.get("/").status_code for _ in range(2)] == [503, 200]


@pytest.mark.search
def test_an_archive_that_was_never_made(archive: Target) -> None:
    answer = read_from(Target(archive.url, "test-never-made")).get("/")
    assert answer.status_code == 503


def test_a_fault_of_ours_is_a_page_too(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(application, "find_listing", fail)
    answer = Reader(build_app(lambda: NOWHERE), strict=False).get("/")
    assert answer.status_code == 500
    assert "Something went wrong on this page" in answer.text
    assert "a secret" not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "cannot answer /" in caplog.text


def test_searches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With places for two and no patience, the third of three is told that it is busy."""
    enough, free = threading.Barrier(3), threading.Event()

    def wait(*_: Any) -> None:
        enough.wait(10)
        assert free.wait(10)
        raise Misconfigured("over")

    monkeypatch.setattr(application, "find_listing", wait)
    monkeypatch.setattr(application, "SEARCHES", 2)
    monkeypatch.setattr(application, "Gate", lambda width: Gate(width, wait=0.2))
    reader = read_from(NOWHERE)

    def release() -> None:
        enough.wait(10)
        time.sleep(0.5)
        free.set()

    threading.Thread(target=release, daemon=True).start()
    answers = reader.get_all(["/", "/", "/"])
    busy = [answer for answer in answers if "busy with other searches" in answer.text]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert len(busy) == 1
    assert busy[0].headers["retry-after"] == "5"


def test_a_gate_lets_the_next_in_when_one_is_done() -> None:
    async def work() -> list[int]:
        gate = Gate(1, wait=0.05)
        return [await gate.run(lambda n=number: n) for number in range(3)]  # type: ignore[misc]

    assert anyio.run(work) == [0, 1, 2]


def test_a_stream_holds_its_place_and_is_closed() -> None:
    closed: list[bool] = []

    def count() -> Iterator[bytes]:
        try:
            yield from (b"1", b"2", b"3")
        finally:
            closed.append(True)

    async def work() -> tuple[list[bytes], bool]:
        gate = Gate(1, wait=0.05)
        stream = await gate.stream(count())
        refused = False
        try:
            await gate.run(int)
        except Busy:
            refused = True
        parts = [part async for part in stream]
        await gate.run(int)
        half = await gate.stream(count())
        async for _ in half:
            break
        await half.aclose()  # type: ignore[attr-defined]
        await gate.run(int)
        return parts, refused

    assert anyio.run(work) == ([b"1", b"2", b"3"], True)
    assert closed == [True, True]


def test_a_stream_that_fails_at_once_gives_its_place_back() -> None:
    def fail() -> Iterator[bytes]:
        raise Misconfigured("no")
        yield b""

    async def work() -> int:
        gate = Gate(1, wait=0.05)
        with pytest.raises(Misconfigured):
            await gate.stream(fail())
        return await gate.run(int)

    assert anyio.run(work) == 0
