"""A run that is killed between any two requests, whatever happens then; batches beside each other."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from archive import QUICK, Archive, Killed, dying_after
from elasticsearch import Elasticsearch

from tasks import index
from tasks.batch import ingest_files
from tasks.changes import find_changes
from tasks.cluster import Target
from tasks.document import File
from tasks.errors import Quarantined

pytestmark = [pytest.mark.search, pytest.mark.slow]

ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."
THREE = "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح قبل نهاية العام."
FOUR = "الخبر الرابع\nوأضاف المتحدث أن الأمطار أدت إلى إغلاق الطريق."


# What may be done to the folder between a killed run and the next.


def leave(archive: Archive, saved: Path) -> None:
    """Nothing: the next run finds what the killed one found."""


def go_back(archive: Archive, saved: Path) -> None:
    """All is as it was before, sizes and times too, as after a move out and in again."""
    shutil.rmtree(archive.folder)
    shutil.copytree(saved, archive.folder)


def go_on(archive: Archive, saved: Path) -> None:
    """Every page is replaced by another."""
    for place, file in enumerate(sorted(archive.folder.rglob("*.txt"))):
        archive.write(os.fsencode(file.relative_to(archive.folder)), f"خبر دیگر {place}\nگزارش تازه {place}", age=9)


def clear(archive: Archive, saved: Path) -> None:
    """Every page is deleted but one."""
    for file in archive.folder.rglob("*.txt"):
        file.unlink()
    archive.write("last.txt", "آخرین خبر\nچیزی نماند.")


def shuffle(archive: Archive, saved: Path) -> None:
    """The pages change places."""
    files = sorted(archive.folder.rglob("*.txt"))
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, contents[1:] + contents[:1], strict=True):
        archive.write(os.fsencode(file.relative_to(archive.folder)), content, age=7)


#: More than a run of the story below sends.
REQUESTS = 40


WHOLE = pytest.mark.whole


@pytest.mark.parametrize(
    "then", [leave, *(pytest.param(then, marks=WHOLE, id=then.__name__) for then in (go_back, go_on, clear, shuffle))]
)
def test_killed_between_any_two_requests(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: Callable[[Archive, Path], None]
) -> None:
    """Whatever a killed run had done, and whatever happens then, the next run alone makes all agree."""
    real = Elasticsearch.bulk
    finished = 0
    for requests in range(REQUESTS):
        monkeypatch.setattr(Elasticsearch, "bulk", real)
        begin_story(archive)
        saved = tmp_path / f"saved {requests}"
        shutil.copytree(archive.folder, saved)
        continue_story(archive)
        monkeypatch.setattr(Elasticsearch, "bulk", dying_after(requests, real))
        try:
            archive.run()
            finished += 1
        except Killed:
            assert finished == 0
        monkeypatch.setattr(Elasticsearch, "bulk", real)
        then(archive, saved)
        archive.run()
        archive.check()
        assert archive.run()[1] == [], "a further run finds nothing to do"
        if finished:
            return
    pytest.fail("the story sends more requests than are tried")


def begin_story(archive: Archive) -> None:
    """A folder that has been archived: copies, a text of its own, one that is empty, one that is hidden."""
    shutil.rmtree(archive.folder)
    for name, text in (("a", ONE), ("b", ONE), ("c", TWO), ("d", THREE), ("e", ""), ("old/f", FOUR), ("old/g", FOUR)):
        archive.write(f"{name}.txt", text)
    archive.write("h.part", ONE)
    archive.batch = 3
    archive.run()


def continue_story(archive: Archive) -> None:
    """Everything that may happen to a file happens."""
    archive.write("a.txt", TWO, age=50)
    archive.write("c.txt", ONE, age=50)
    (archive.folder / "b.txt").unlink()
    (archive.folder / "d.txt").rename(archive.folder / "new.txt")
    archive.write("e.txt", THREE + " ۱", age=50)
    (archive.folder / "old").rename(archive.folder / "moved")
    archive.write("moved/f.txt", b"\x00\x01" * 40, age=50)
    (archive.folder / "h.part").rename(archive.folder / "h.txt")
    archive.write("i.txt", THREE + " ۲")


def test_killed_owner_change_is_told_to_the_ledger(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner let go, and the run ended before its heir's entry said so: not by a duplicate without an owner."""
    archive.write("a.txt", ONE)
    archive.write("b.txt", ONE)
    archive.run()
    (archive.folder / "a.txt").unlink()
    with monkeypatch.context() as patched:
        patched.setattr("tasks.holds.mark_owners", dying_after(0, lambda *arguments: None))
        with pytest.raises(Killed):
            archive.run()
    assert archive.statuses() == {"a.txt": "indexed", "b.txt": "duplicate"}
    archive.run()
    archive.check()
    assert archive.statuses() == {"b.txt": "indexed"}


def test_batch_beside_this_one_makes_a_duplicate_the_owner(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch lets the owner go while this one's copy is stored, and its entry not yet written."""
    owner = archive.write("a.txt", ONE)
    archive.run()
    archive.write("b.txt", ONE)
    files = {file.path: file for file, _ in archive.listing().values()}

    def store_and_be_overtaken(target: Target, records: list[index.Record]) -> list[index.Placement | Quarantined]:
        placements = index.store(target, records)
        archive.write("a.txt", TWO)
        facts = owner.stat()
        ingest_files(archive.job(), [File("a.txt", facts.st_size, facts.st_mtime_ns)], QUICK)
        return placements

    ingest_files(archive.job(), [files["b.txt"]], replace(QUICK, store=store_and_be_overtaken))
    archive.check()
    assert archive.statuses() == {"a.txt": "indexed", "b.txt": "indexed"}


def test_unsettled_file_of_a_killed_run_stays_unfinished(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the killed run announced is not forgotten while its file is being written."""
    archive.write("a.txt", ONE)
    with monkeypatch.context() as patched:
        patched.setattr("tasks.batch.write_entries", dying_after(0, lambda *arguments: None))
        with pytest.raises(Killed):
            archive.run()
    assert archive.statuses() == {"a.txt": "waiting"}
    archive.write("a.txt", TWO)
    for _ in range(2):
        job = archive.job()
        changes = find_changes(job, 10, 0)
        changes.waiting, changes.to_read = changes.to_read, []
        archive.carry_out(job, changes)
    archive.run()
    archive.check()
    assert archive.current() == {"خبر دوم": ["a.txt"]}
