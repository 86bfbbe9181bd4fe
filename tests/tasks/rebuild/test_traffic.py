"""Searches and ingests go on while versions change."""

import threading
from collections.abc import Callable
from typing import Self

import pytest
from archive import Archive
from rebuilding import STABLE, all_serve, rebuild, roll_back, serving

from tasks.cluster import connect
from tasks.errors import Unavailable

pytestmark = [pytest.mark.search, pytest.mark.slow]


class Traffic:
    """Searches ten times a second, and files that come, change and go, for as long as the block runs."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.searches = 0
        self.rounds = 0
        self.faults: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._watch(work)) for work in (self._read, self._write)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _watch(self, work: Callable[[], None]) -> Callable[[], None]:
        def work_until_stopped() -> None:
            try:
                work()
            except Exception as error:
                self.faults.append(f"{type(error).__name__}: {error}")

        return work_until_stopped

    def _read(self) -> None:
        client = connect(self.archive.target)
        while not self._stop.wait(0.1):
            query = {"prefix": {"file.name": "stable-"}}
            hits = client.search(index=self.archive.target.documents(), query=query, size=200)["hits"]["hits"]
            names = sorted(hit["_source"]["file"]["name"] for hit in hits)
            if names != sorted(f"stable-{number}.txt" for number in range(STABLE)):
                self.faults.append(f"found {len(names)} documents: {names}")
            self.searches += 1

    def _write(self) -> None:
        while not self._stop.is_set():
            number = self.rounds
            for part in range(5):
                self.archive.write(f"moving-{number}-{part}.txt", f"خبر {number} {part}\n\nmoving {number} {part}")
            if number:
                self.archive.write(f"moving-{number - 1}-0.txt", f"خبر\n\nchanged {number}")
                (self.archive.folder / f"moving-{number - 1}-1.txt").unlink()
                (self.archive.folder / f"moving-{number - 1}-2.txt").rename(self.archive.folder / f"name-{number}.txt")
            self._run()
            self.rounds += 1

    def _run(self) -> None:
        """A run as the flow does it: what Elasticsearch cannot take now is tried again."""
        for _ in range(20):
            try:
                self.archive.run()
            except Unavailable:
                self._stop.wait(0.5)
            else:
                return
        self.faults.append("a run was kept waiting for ten seconds")

    def wait_for_rounds(self, number: int) -> None:
        """Let so many more rounds come to their end."""
        goal = self.rounds + number
        while self.rounds < goal and not self.faults:
            threading.Event().wait(0.05)


@pytest.mark.parametrize("shards", [pytest.param(1, marks=pytest.mark.whole), 3])
def test_under_load_no_search_fails_and_nothing_is_missing_or_doubled(archive: Archive, shards: int) -> None:
    with Traffic(archive) as traffic:
        traffic.wait_for_rounds(1)
        rebuild(archive.target, shards)
        traffic.wait_for_rounds(1)
        roll_back(archive.target)
        traffic.wait_for_rounds(1)
        roll_back(archive.target)
        traffic.wait_for_rounds(1)
    assert traffic.faults == []
    assert traffic.searches > 10
    assert serving(archive.target) == all_serve(2)
    archive.run()
    archive.check()
    current = archive.current_ids()
    assert len(current) == len(set(current)) == sum(status == "indexed" for status in archive.statuses().values())
