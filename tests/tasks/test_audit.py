"""Whatever is out of step between disk, ledger and documents is listed once and mended, and then nothing is."""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive import QUICK, Archive, count_writes
from elasticsearch import NotFoundError

from tasks.audit import ATTEMPTS
from tasks.cluster import connect
from tasks.document import Enrichment, Language
from tasks.job import PIPELINE_VERSION
from tasks.ledger import entry_id
from tasks.outcome import Status
from tasks.read import identify

pytestmark = [pytest.mark.search, pytest.mark.slow]

ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."
THREE = "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح قبل نهاية العام."


class Damage:
    """Changes an archive behind daftar's back."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.target = archive.target
        self.client = connect(archive.target)

    def entry(self, path: str) -> str:
        return entry_id(self.archive.root, path)

    def change_document(self, text: str, language: str = "fa", **fields: Any) -> None:
        index = self.target.documents(language)
        self.client.update(index=index, id=identify(text), doc=fields, refresh=True)

    def change_entry(self, path: str, **fields: Any) -> None:
        self.client.update(index=self.target.files, id=self.entry(path), doc=fields, refresh=True)

    def delete_document(self, text: str, language: str = "fa") -> None:
        self.client.delete(index=self.target.documents(language), id=identify(text), refresh=True)

    def delete_entry(self, path: str) -> None:
        self.client.delete(index=self.target.files, id=self.entry(path), refresh=True)

    def copy_document(self, text: str, identity: str, language: str = "fa", **fields: Any) -> None:
        source = self.client.get(index=self.target.documents("fa"), id=identify(text))["_source"]
        document = source | {"document_id": identity} | fields
        self.client.index(index=self.target.documents(language), id=identity, document=document, refresh=True)


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Two Persian pages, one of them twice, an Arabic one, an empty file; the Arabic one is a second version."""
    archive.write("a.txt", ONE)
    archive.write("a copy.txt", ONE)
    archive.write("b/b.txt", TWO)
    archive.write("c.txt", "الخبر القديم\nكان هنا نص آخر.")
    archive.write("empty.txt", b"")
    archive.run()
    archive.write("c.txt", THREE, age=30)
    archive.run()
    return archive


def settle(archive: Archive) -> None:
    """All is well: by the test's own comparison, by a second audit and by a run."""
    archive.check()
    assert archive.audit() == []
    assert archive.run()[1] == []


def test_what_is_well_is_left_alone(full: Archive) -> None:
    before = count_writes(full.target)
    assert full.audit() == []
    assert count_writes(full.target) == before


DAMAGES: dict[str, tuple[Callable[[Damage], None], list[tuple[str, str]]]] = {
    "document gone": (
        lambda damage: damage.delete_document(ONE),
        [("missing_document", "a copy.txt"), ("missing_document", "a.txt")],
    ),
    "entry gone": (lambda damage: damage.delete_entry("b/b.txt"), [("new", "b/b.txt")]),
    "entry without a file": (
        lambda damage: damage.client.index(
            index=damage.target.files,
            id=damage.entry("ghost.txt"),
            document={**damage.archive.entries()["b/b.txt"], "path": "ghost.txt"},
            refresh=True,
        ),
        [("gone", "ghost.txt")],
    ),
    "not current": (lambda damage: damage.change_document(TWO, current=False), [("wrong_current", "b/b.txt")]),
    "removed": (
        lambda damage: damage.change_document(TWO, removed_at="2026-01-01T00:00:00Z"),
        [("wrong_current", "b/b.txt")],
    ),
    "old version current": (
        lambda damage: damage.change_document("الخبر القديم\nكان هنا نص آخر.", "ar", current=True),
        [("unheld_document", "")],
    ),
    "document of nobody": (
        lambda damage: damage.copy_document(TWO, "0" * 32, holders=["f" * 32], paths=["nobody.txt"]),
        [("unheld_document", "nobody.txt")],
    ),
    "two documents of one file": (
        lambda damage: damage.copy_document(TWO, "0" * 32),
        [("held_twice", "b/b.txt")],
    ),
    "one document in two indices": (
        lambda damage: damage.copy_document(TWO, identify(TWO), "other"),
        [("held_twice", "b/b.txt")],
    ),
    "one document in two indices, one of them let go": (
        lambda damage: damage.copy_document(TWO, identify(TWO), "ar", holders=[], paths=[], current=False),
        [("held_twice", "")],
    ),
    "file named twice": (
        lambda damage: damage.change_document(TWO, holders=[damage.entry("b/b.txt")] * 2, paths=["b/b.txt", "b/b.txt"]),
        [("held_twice", "b/b.txt")],
    ),
    "file not named": (
        lambda damage: damage.change_document(ONE, holders=[damage.entry("a.txt")], paths=["a.txt"]),
        [("wrong_holders", "a.txt")],
    ),
    "foreign file named": (
        lambda damage: damage.change_document(
            TWO, holders=[damage.entry("x.txt"), damage.entry("b/b.txt")], paths=["x.txt", "b/b.txt"]
        ),
        [("wrong_holders", "x.txt")],
    ),
    "path of another": (lambda damage: damage.change_document(TWO, paths=["x.txt"]), [("wrong_holders", "x.txt")]),
    "owners exchanged": (
        lambda damage: (
            damage.change_entry("a.txt", status="indexed"),
            damage.change_entry("a copy.txt", status="duplicate"),
        )[0],
        [("wrong_owner", "a copy.txt")],
    ),
    "two owners": (
        lambda damage: damage.change_entry("a.txt", status="indexed"),
        [("wrong_owner", "a copy.txt")],
    ),
    "other facts of the file": (
        lambda damage: damage.change_document(TWO, file={"size": 1}),
        [("wrong_owner", "b/b.txt")],
    ),
    "older pipeline": (
        lambda damage: damage.change_document(TWO, pipeline_version=PIPELINE_VERSION - 1, body="کهنه"),
        [("outdated", "b/b.txt")],
    ),
    "older pipeline, two files": (
        lambda damage: damage.change_document(ONE, pipeline_version=PIPELINE_VERSION - 1),
        [("outdated", "a copy.txt"), ("outdated", "a.txt")],
    ),
}


#: What a listing shows besides, since nothing is mended before the documents are compared.
FOLLOWS = {
    "entry gone": [("unheld_document", "b/b.txt")],
    "entry without a file": [("wrong_holders", "b/b.txt")],
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_listed_once_and_mended(full: Archive, name: str) -> None:
    strike, expected = DAMAGES[name]
    strike(Damage(full))
    before = count_writes(full.target)
    assert full.audit(mend=False) == sorted(expected + FOLLOWS.get(name, []))
    assert count_writes(full.target) == before
    assert full.audit() == expected
    settle(full)


@pytest.mark.parametrize("seed", range(3))
def test_many_damages_at_once(full: Archive, seed: int) -> None:
    """One audit mends them all."""
    names = sorted(DAMAGES)
    for name in random.Random(seed).sample(names, 5):
        # What an earlier damage has deleted cannot be damaged again.
        with suppress(NotFoundError, KeyError):
            DAMAGES[name][0](Damage(full))
    assert full.audit() != []
    settle(full)


def test_other_bytes_of_the_same_size_and_time(full: Archive) -> None:
    file = full.folder / "b" / "b.txt"
    moment = file.stat().st_mtime_ns
    file.write_bytes(TWO.replace("غرب", "شرق").encode())
    os.utime(file, ns=(moment, moment))
    assert full.run()[1] == []
    assert full.audit() == [("changed", "b/b.txt")]
    assert full.document(TWO.replace("غرب", "شرق"))["previous_id"] == identify(TWO)
    settle(full)


def test_a_document_made_again_keeps_its_id_and_its_history(full: Archive) -> None:
    before = full.document(THREE)
    Damage(full).change_document(
        THREE, "ar", pipeline_version=PIPELINE_VERSION - 1, body="قديم", people=["x"], story_id="s", copies=3
    )
    assert full.audit() == [("outdated", "c.txt")]
    after = full.document(THREE)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed <= {"run_id", "event", "story_id", "copies"}
    assert (after["story_id"], after["copies"], after["version"]) == ("s", 3, 2)
    assert after["previous_id"] == before["previous_id"]
    assert [event["outcome"] for event in full.entries()["c.txt"]["events"]].count("made again") == 1


def test_a_document_made_again_in_another_language(full: Archive) -> None:
    """A newer pipeline knows better: the document goes to the other index with its history."""
    Damage(full).change_document(THREE, "ar", pipeline_version=PIPELINE_VERSION - 1)
    full.steps = replace(QUICK, detect=lambda text: Language("ckb", 0.9))
    before = full.document(THREE)
    assert full.audit() == [("outdated", "c.txt")]
    after = full.document(THREE)
    assert (before["index"], after["index"]) == ("ar", "other")
    assert (after["version"], after["previous_id"]) == (2, before["previous_id"])
    settle(full)


def test_what_could_not_be_read_for_a_while_is_tried_again(full: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A right that is given back does not change the file."""
    real = os.open

    def refuse(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path).endswith("d.txt"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    full.write("d.txt", "خبر چهارم\nاین پرونده را چندی کسی نمی‌توانست بخواند.")
    monkeypatch.setattr("tasks.read.os.open", refuse)
    full.run()
    assert full.entries()["d.txt"]["status"] == Status.QUARANTINED
    before = count_writes(full.target)
    assert full.audit() == []
    assert count_writes(full.target) == before
    monkeypatch.undo()
    assert full.run()[1] == []
    assert full.audit() == [("changed", "d.txt")]
    settle(full)


def test_what_a_fault_of_ours_stopped_is_tried_a_few_times(full: Archive) -> None:
    def stumble(*_: object) -> Enrichment:
        raise ZeroDivisionError("division by zero")

    full.steps = replace(QUICK, enrich=stumble)
    full.write("d.txt", "خبر چهارم\nاین پرونده به خطایی خورده است.")
    full.run()
    tries = [full.audit() for _ in range(ATTEMPTS)]
    assert tries == [[("changed", "d.txt")]] * (ATTEMPTS - 1) + [[]]
    full.steps = QUICK
    assert full.audit() == []
    full.write("d.txt", "خبر چهارم\nاین پرونده به خطایی خورده بود.", age=30)
    full.run()
    settle(full)


def test_the_other_folder_is_left_alone(full: Archive, tmp_path: Path) -> None:
    """Of a text in two folders each audit mends what its own files can mend."""
    other = Archive(tmp_path / "other", full.target)
    other.folder.mkdir()
    other.write("b.txt", TWO)
    other.write("only.txt", "خبر پنجم\nاین خبر تنها در پوشه دیگر است.")
    other.run()
    assert full.audit() == []
    Damage(full).delete_document("خبر پنجم\nاین خبر تنها در پوشه دیگر است.")
    assert full.audit() == []
    assert other.audit() == [("missing_document", "only.txt")]
    Damage(full).delete_document(TWO)
    assert full.audit() == [("missing_document", "b/b.txt")]
    assert other.audit() == [("wrong_holders", "b/b.txt")]
    assert full.audit() == other.audit() == []
    assert full.document(TWO)["paths"] == ["b/b.txt", "b.txt"]


def test_what_another_run_is_at_work_on_is_left_to_it(full: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other", full.target)
    other.folder.mkdir()
    other.write("only.txt", "خبر پنجم\nاین خبر تنها در پوشه دیگر است.")
    other.run()
    identity = identify("خبر پنجم\nاین خبر تنها در پوشه دیگر است.")
    damage = Damage(other)
    damage.change_entry("only.txt", pending=[f"fa/{identity}"], document_id=None)
    assert full.audit() == []
    assert other.documents()[identity]["current"]
