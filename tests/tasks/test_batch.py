"""One batch through the real steps."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from archive import QUICK, Archive

from tasks import index
from tasks.batch import Steps, ingest_files
from tasks.cluster import Target, connect
from tasks.document import Article, File, Page
from tasks.errors import Quarantined, Unavailable
from tasks.outcome import Kind, Status, Sums
from tasks.read import Unsettled, Vanished, read

pytestmark = pytest.mark.search

ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."
THREE = "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح قبل نهاية العام."
FOUR = "الخبر الرابع\nوأضاف المتحدث أن الأمطار أدت إلى إغلاق الطريق."


def list_files(archive: Archive) -> list[File]:
    return [file for file, _ in archive.listing().values()]


def stumble(page: Page, *_: Any) -> Any:
    """Stand in for a fault of ours that one page trips."""
    if "وزیر راه" in page.text:
        raise ZeroDivisionError("division by zero")
    return QUICK.enrich(page, *_)


class TestOutcomes:
    def test_a_fault_of_ours_ends_one_document_and_names_the_step(self, archive: Archive) -> None:
        archive.steps = replace(QUICK, enrich=stumble)
        archive.write("بد.txt", ONE)
        archive.write("خوب.txt", TWO)
        sums, outcomes = archive.run()
        assert (sums.new, sums.quarantined) == (1, 1)
        (failure,) = [outcome for outcome in outcomes if outcome.kind is Kind.QUARANTINED]
        assert (failure.path, failure.step, failure.reason) == (
            "بد.txt",
            "enrich",
            "ZeroDivisionError: division by zero",
        )
        assert "report it" in failure.advice

    def test_real_steps(self, archive: Archive) -> None:
        archive.steps = Steps()
        archive.write("فارسی.txt", ONE)
        archive.write("عربي.txt", THREE.encode("windows-1256"))
        archive.write("خالی.txt", b"")
        outcomes = ingest_files(archive.job(), list_files(archive))
        assert {outcome.path: (outcome.kind, outcome.language) for outcome in outcomes} == {
            "خالی.txt": (Kind.QUARANTINED, None),
            "عربي.txt": (Kind.NEW, "ar"),
            "فارسی.txt": (Kind.NEW, "fa"),
        }
        archive.check()
        story = [(event["step"], event["outcome"]) for event in archive.entries()["عربي.txt"]["events"]]
        assert [step for step, _ in story] == ["scan", "read", "detect", "normalize", "enrich", "index"]
        assert story[1] == ("read", "windows-1256")

    def test_no_files(self, archive: Archive) -> None:
        assert ingest_files(archive.job(), [], QUICK) == []

    def test_vanished_and_unsettled(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        first = list_files(archive)
        archive.write("b.txt", TWO + "۱")
        (archive.folder / "a.txt").unlink()
        archive.write("c.txt", THREE)
        late = [File("c.txt", 1, 1), File("never there.txt", 1, 1)]
        outcomes = ingest_files(archive.job(), [*first, *late], QUICK)
        assert {outcome.path: outcome.kind for outcome in outcomes} == {
            "a.txt": Kind.REMOVED, "b.txt": Kind.WAITING, "c.txt": Kind.WAITING, "never there.txt": Kind.REMOVED,
        }  # fmt: skip
        assert archive.current() == {"خبر دوم": ["b.txt"]}
        assert archive.statuses() == {"b.txt": "indexed", "c.txt": "waiting"}
        assert archive.run()[0] == Sums(changed=1, new=1)
        archive.check()

    @pytest.mark.parametrize("step", ["read", "detect", "normalize", "enrich"])
    def test_quarantine_in_any_step_ends_no_batch(self, archive: Archive, step: str) -> None:
        real = getattr(QUICK, step)

        def refuse_one(*arguments: Any) -> Any:
            about = next(each for each in arguments if isinstance(each, File | Page | Article | str))
            if "bad" in str(about):
                raise Quarantined(step, "it is bad", "Mend it.")
            return real(*arguments)

        archive.write("bad.txt", ONE + " bad")
        archive.write("good.txt", TWO)
        outcomes = ingest_files(archive.job(), list_files(archive), replace(QUICK, **{step: refuse_one}))
        assert [(outcome.kind, outcome.step) for outcome in outcomes] == [(Kind.QUARANTINED, step), (Kind.NEW, "")]
        assert archive.current() == {"خبر دوم": ["good.txt"]}
        entry = archive.entries()["bad.txt"]
        assert (entry["step"], entry["reason"], entry["advice"]) == (step, "it is bad", "Mend it.")

    def test_refused_by_the_index(self, archive: Archive) -> None:
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        archive.write("a.txt", THREE)

        def spoil(target: Target, records: list[index.Record]) -> list[index.Placement | Quarantined]:
            return index.store(target, [replace(each, source=each.source | {"unheard_of": 1}) for each in records])

        files = [file for file in list_files(archive) if file.path == "a.txt"]
        (outcome,) = ingest_files(archive.job(), files, replace(QUICK, store=spoil))
        assert (outcome.kind, outcome.step) == (Kind.QUARANTINED, "index")
        assert archive.current() == {"خبر دوم": ["b.txt"]}
        assert "pending" not in archive.entries()["a.txt"]

    def test_doing_a_batch_again_changes_nothing(self, archive: Archive) -> None:
        for name, text in (("a.txt", ONE), ("b.txt", ONE), ("c.txt", TWO)):
            archive.write(name, text)
        files = list_files(archive)
        ingest_files(archive.job(), files, QUICK)
        documents, statuses = archive.documents(), archive.statuses()
        outcomes = ingest_files(archive.job(), files, QUICK)
        assert [outcome.kind for outcome in outcomes] == [Kind.UNCHANGED] * 3
        assert (archive.documents(), archive.statuses()) == (documents, statuses)
        assert archive.entries()["b.txt"]["reason"] == "the same text as a.txt"


class TestUnavailable:
    """Whatever Elasticsearch cannot do leaves the ledger as it was, but for what is announced."""

    @pytest.fixture
    def archive(self, tmp_path: Path, target: Target) -> Archive:
        archive = Archive(tmp_path, target)
        archive.write("a.txt", ONE)
        archive.write("b.txt", TWO)
        archive.run()
        archive.write("a.txt", TWO)
        archive.write("c.txt", FOUR)
        return archive

    def fail(self, archive: Archive) -> None:
        statuses = archive.statuses()
        with pytest.raises(Unavailable):
            archive.run()
        after = archive.statuses()
        assert {path: after[path] for path in statuses} == statuses
        assert set(after.values()) <= {"indexed", "waiting"}

    @pytest.mark.parametrize("part", ["documents-fa", "documents-ar", "files"])
    @pytest.mark.parametrize("block", ["read_only_allow_delete", "write"])
    def test_blocked(self, archive: Archive, part: str, block: str) -> None:
        indices, name = f"{archive.target.prefix}-{part}-*", f"index.blocks.{block}"
        connect(archive.target).indices.put_settings(index=indices, settings={name: True})
        self.fail(archive)
        connect(archive.target).indices.put_settings(index=indices, settings={name: None})
        archive.run()
        archive.check()

    @pytest.mark.parametrize("part", ["documents-fa", "documents-ar"])
    def test_closed(self, archive: Archive, part: str) -> None:
        indices = f"{archive.target.prefix}-{part}-000001"
        connect(archive.target).indices.close(index=indices)
        with pytest.raises(Unavailable):
            archive.run()
        connect(archive.target).indices.open(index=indices)
        connect(archive.target).cluster.health(index=indices, wait_for_status="yellow")
        assert archive.statuses()["a.txt"] == "indexed"
        archive.run()
        archive.check()

    def test_gone(self, archive: Archive) -> None:
        before = archive.entries()
        with pytest.raises(Unavailable):
            replace(archive, target=replace(archive.target, url="http://127.0.0.1:1")).run()
        assert archive.entries() == before

    def test_machine_that_cannot_read_now(self, archive: Archive) -> None:
        def cannot(*arguments: Any) -> Page:
            raise Unavailable("too many open files")

        before = archive.entries()
        archive.steps = replace(QUICK, read=cannot)
        with pytest.raises(Unavailable):
            archive.run()
        assert archive.entries() == before


@pytest.mark.parametrize("error", [Vanished, Unsettled])
def test_read_errors_are_no_quarantine(archive: Archive, error: type[Exception]) -> None:
    archive.write("a.txt", ONE)

    def vanish(*arguments: Any) -> Page:
        raise error("a.txt")

    (outcome,) = ingest_files(archive.job(), list_files(archive), replace(QUICK, read=vanish))
    assert outcome.kind is (Kind.REMOVED if error is Vanished else Kind.WAITING)
    assert archive.statuses() == ({} if error is Vanished else {"a.txt": Status.WAITING})
    assert QUICK.read is read
    archive.run()
    archive.check()


def test_one_batch_is_read_while_another_is_stored(archive: Archive) -> None:
    for name, text in (("a.txt", ONE), ("b.txt", TWO), ("c.txt", THREE)):
        archive.write(name, text)
    *first, other = list_files(archive)
    begun, reached = Event(), Event()
    story: list[str] = []

    def read_first(folder: Path, file: File, limit: int) -> Page:
        story.append(file.path)
        begun.set()
        # Long enough for the other batch to come in between two files of this one, if it may.
        reached.wait(0.2)
        return read(folder, file, limit)

    def read_other(folder: Path, file: File, limit: int) -> Page:
        story.append(file.path)
        reached.set()
        return read(folder, file, limit)

    def store(target: Target, records: list[index.Record]) -> list[index.Placement | Quarantined]:
        assert reached.wait(30), "no other batch is read while this one is stored"
        return index.store(target, records)

    with ThreadPoolExecutor(2) as pool:
        ahead = pool.submit(ingest_files, archive.job(), first, replace(QUICK, read=read_first, store=store))
        assert begun.wait(30)
        behind = pool.submit(ingest_files, archive.job(), [other], replace(QUICK, read=read_other))
        kinds = [outcome.kind for outcome in ahead.result() + behind.result()]
    assert story == [*(file.path for file in first), other.path]
    assert kinds == [Kind.NEW] * 3
    archive.check()
