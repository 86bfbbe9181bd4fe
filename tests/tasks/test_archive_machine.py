"""Anything may happen to a folder between runs, and runs may be killed: then folder, ledger and index agree.

`DAFTAR_FAULTS=all` tries ten times as many stories.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from archive import Archive, Killed, dying_after, empty
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tasks.cluster import Target, connect
from tasks.outcome import Sums
from tasks.read import identify

pytestmark = pytest.mark.search

#: `x` and `x/y` are files at one time and folders at another.
PATHS = st.sampled_from(["a.txt", "b.txt", "خبر.txt", "x", "x/a.txt", "x/y", "x/y/ک.txt", "z/a.txt", "z/b\n.txt"])
FOLDERS = st.sampled_from(["x", "x/y", "z"])
TEXTS = st.sampled_from(
    [
        "خبر یکم\nوزیر راه گفت که پل تازه تمام می‌شود.",
        "خبر دوم\nبارش برف در گردنه‌های غرب آغاز شده است.",
        "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح.",
        "الخبر الرابع\nوأضاف المتحدث أن الأمطار هطلت.",
    ]
)
BROKEN = st.sampled_from([b"", b"\x00\x01\x02" * 30, b" \n ", b"\x89PNG\r\n\x1a\n123"])
STEPS = 14
EXAMPLES = 80 if os.environ.get("DAFTAR_FAULTS") == "all" else 8


class ArchiveMachine(RuleBasedStateMachine):
    """File operations and runs in any order; `known` is what the last whole run must have written down."""

    target: ClassVar[Target]

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.archive = Archive(self.place / "folder", self.target)
        self.archive.folder.mkdir()
        empty(self.target)
        self.clock = 1_600_000_000
        self.known: dict[str, bytes] = {}
        self.finished = True
        self.seen: set[str] = set()
        self.bin: list[tuple[str, bytes, int]] = []

    def teardown(self) -> None:
        if hasattr(self, "place"):
            shutil.rmtree(self.place)

    def put(self, path: str, content: bytes, moment: int | None = None) -> None:
        """Write a file at a time that no file had before, and make room for it."""
        file = self.archive.folder / path
        for parent in file.parents:
            if parent.is_file():
                self.discard(parent)
        if file.is_dir():
            shutil.rmtree(file)
        self.clock += 1
        self.archive.write(path, content)
        moment = moment or self.clock * 10**9
        os.utime(file, ns=(moment, moment))

    def discard(self, file: Path) -> None:
        """Remove a file, so that it may come back."""
        path = str(file.relative_to(self.archive.folder))
        self.bin.append((path, file.read_bytes(), file.stat().st_mtime_ns))
        file.unlink()

    def files(self) -> list[Path]:
        return sorted(file for file in self.archive.folder.rglob("*") if file.is_file())

    def pick(self, place: int) -> Path:
        files = self.files()
        return files[place % len(files)]

    has_files = precondition(lambda self: bool(self.files()))

    @rule(path=PATHS, text=TEXTS)
    def write(self, path: str, text: str) -> None:
        self.put(path, text.encode())

    @rule(path=PATHS, text=TEXTS, encoding=st.sampled_from(["utf-8-sig", "utf-16"]))
    def write_in_other_bytes(self, path: str, text: str, encoding: str) -> None:
        self.put(path, text.encode(encoding))

    @rule(path=PATHS, content=BROKEN)
    def write_what_is_no_text(self, path: str, content: bytes) -> None:
        self.put(path, content)

    @has_files
    @rule(place=st.integers(0, 20))
    def touch(self, place: int) -> None:
        self.clock += 1
        os.utime(self.pick(place), ns=(self.clock * 10**9,) * 2)

    @has_files
    @rule(place=st.integers(0, 20), path=PATHS)
    def copy(self, place: int, path: str) -> None:
        self.put(path, self.pick(place).read_bytes())

    @has_files
    @rule(place=st.integers(0, 20), path=PATHS)
    def rename(self, place: int, path: str) -> None:
        file = self.pick(place)
        content, moment = file.read_bytes(), file.stat().st_mtime_ns
        file.unlink()
        self.put(path, content, moment)

    @has_files
    @rule(first=st.integers(0, 20), second=st.integers(0, 20))
    def exchange(self, first: int, second: int) -> None:
        one, other = self.pick(first), self.pick(second)
        contents = one.read_bytes(), other.read_bytes()
        self.put(str(one.relative_to(self.archive.folder)), contents[1])
        self.put(str(other.relative_to(self.archive.folder)), contents[0])

    @has_files
    @rule(place=st.integers(0, 20))
    def remove(self, place: int) -> None:
        self.discard(self.pick(place))

    @rule()
    def remove_all(self) -> None:
        for file in self.files():
            self.discard(file)

    @precondition(lambda self: self.bin)
    @rule(place=st.integers(0, 20))
    def come_back(self, place: int) -> None:
        self.put(*self.bin[place % len(self.bin)])

    @has_files
    @rule(place=st.integers(0, 20))
    def hide_or_show(self, place: int) -> None:
        file = self.pick(place)
        other = file.with_name(file.name[1:] if file.name.startswith(".") else f".{file.name}")
        if not other.exists():
            file.rename(other)

    @rule(source=FOLDERS, sink=FOLDERS)
    def move_folder(self, source: str, sink: str) -> None:
        old, new = self.archive.folder / source, self.archive.folder / sink
        if old.is_dir() and not new.exists() and old not in new.parents and new.parent.is_dir():
            old.rename(new)

    @rule(batch=st.sampled_from([1, 2, 1000]))
    def run_to_the_end(self, batch: int) -> None:
        self.archive.batch = batch
        before, disk = self.known, self.read_disk()
        sums, _ = self.archive.run()
        self.check()
        if self.finished:
            self.check_sums(sums, before, disk)
        else:
            assert self.on_disk(sums) == len(disk)
        self.known, self.finished = disk, True

    @rule(limit=st.integers(1, 3))
    def run_in_parts(self, limit: int) -> None:
        for _ in range(len(self.files()) // limit + 1):
            self.archive.run(limit=limit)
        self.check()
        self.known, self.finished = self.read_disk(), True

    @rule()
    def audit(self) -> None:
        """An audit does what a run does and more, and another one finds nothing."""
        self.archive.audit()
        self.check()
        assert self.archive.audit() == []
        self.known, self.finished = self.read_disk(), True

    @rule(place=st.integers(0, 20), gone=st.booleans())
    def damage(self, place: int, gone: bool) -> None:
        """A current document gets lost, or is one of an older pipeline; the audit mends it, however it is killed."""
        ids = sorted(self.archive.current_ids())
        if not ids:
            return
        identity = ids[place % len(ids)]
        index = self.target.documents(self.archive.documents()[identity]["index"])
        client = connect(self.target)
        if gone:
            client.delete(index=index, id=identity)
        else:
            client.update(index=index, id=identity, doc={"pipeline_version": 0})
        self.be_killed(place, self.archive.audit)
        self.audit()

    @rule(requests=st.integers(0, 12), batch=st.sampled_from([1, 1000]))
    def run_and_be_killed(self, requests: int, batch: int) -> None:
        self.archive.batch = batch
        if not self.be_killed(requests, self.archive.run):
            self.check()
            self.known = self.read_disk()

    def be_killed(self, requests: int, work: Callable[[], Any]) -> bool:
        """Work until so many requests were sent; returns whether that was before the end."""
        real = Elasticsearch.bulk
        Elasticsearch.bulk = dying_after(requests, real)  # type: ignore[method-assign]
        try:
            work()
        except Killed:
            self.finished = False
        else:
            self.finished = True
        finally:
            Elasticsearch.bulk = real  # type: ignore[method-assign]
        return not self.finished

    @precondition(lambda self: self.finished and self.known)
    @rule()
    def run_without_the_folder(self) -> None:
        away = self.place / "away"
        self.archive.folder.rename(away)
        before = self.archive.entries(), self.archive.documents()
        assert self.archive.run(confirm=False) == (Sums(), [])
        assert (self.archive.entries(), self.archive.documents()) == before
        away.rename(self.archive.folder)

    def read_disk(self) -> dict[str, bytes]:
        return {str(file.relative_to(self.archive.folder)): file.read_bytes() for file in self.files()}

    def check(self) -> None:
        """Folder, ledger and index agree, and no version of any text was lost."""
        self.archive.check()
        documents = self.archive.documents()
        assert self.seen <= set(documents)
        self.seen = set(documents)
        for document in documents.values():
            text = "\n".join(part for part in (document["title"], document["body"]) if part)
            assert identify(text) == document["document_id"]

    @staticmethod
    def on_disk(sums: Sums) -> int:
        return (
            sums.new + sums.changed + sums.renamed + sums.duplicate
            + sums.quarantined + sums.ignored + sums.waiting + sums.unchanged
        )  # fmt: skip

    def check_sums(self, sums: Sums, before: dict[str, bytes], disk: dict[str, bytes]) -> None:
        """The numbers of a run are those that the folder before and after it says."""
        ignored = {path for path in disk if any(part.startswith(".") for part in path.split("/"))}
        broken = {path for path, content in disk.items() if path not in ignored and is_broken(content)}
        same = {path for path, content in disk.items() if before.get(path) == content} - ignored - broken
        assert sums.ignored == len(ignored)
        assert sums.quarantined == len(broken)
        assert sums.unchanged == len(same)
        assert sums.new + sums.changed + sums.renamed + sums.duplicate == len(disk) - len(ignored | broken | same)
        assert sums.removed + sums.renamed == len(set(before) - set(disk))
        assert sums.waiting == 0


def is_broken(content: bytes) -> bool:
    return not content.strip() or content.startswith((b"\x00", b"\x89"))


@pytest.fixture
def machine_target(target: Target) -> Iterator[Target]:
    ArchiveMachine.target = target
    yield target
    del ArchiveMachine.target


def test_folder_ledger_and_index_agree(machine_target: Target) -> None:
    run_state_machine_as_test(
        ArchiveMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
