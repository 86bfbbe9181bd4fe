"""The files in quarantine, tried again by themselves: those and no others."""

from dataclasses import replace

import pytest
from archive import Archive

from tasks.changes import find_failed
from tasks.document import Enrichment
from tasks.errors import Misconfigured
from tasks.ledger import read_quarantined
from tasks.outcome import Kind, Outcome

pytestmark = pytest.mark.search

ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."


def stumble(*_: object) -> Enrichment:
    raise ZeroDivisionError("division by zero")


def retry(archive: Archive, limit: int = 100) -> list[Outcome]:
    job = archive.job()
    return archive.carry_out(job, find_failed(job, limit, 0))


def kinds(outcomes: list[Outcome]) -> dict[str, Kind]:
    return {outcome.path: outcome.kind for outcome in outcomes}


@pytest.fixture
def stumbled(archive: Archive) -> Archive:
    """Two pages on which daftar stumbled, and an empty file; the fault is mended."""
    steps = archive.steps
    archive.steps = replace(steps, enrich=stumble)
    archive.write("a.txt", ONE)
    archive.write("b/c.txt", TWO)
    archive.write("empty.txt", b"")
    archive.run()
    archive.steps = steps
    return archive


def test_what_was_mended_is_indexed_and_the_rest_counted(stumbled: Archive) -> None:
    stumbled.write("new.txt", "خبر تازه\nاین پرونده در قرنطینه نیست.")
    outcomes = retry(stumbled)
    assert kinds(outcomes) == {"a.txt": Kind.NEW, "b/c.txt": Kind.NEW, "empty.txt": Kind.QUARANTINED}
    assert set(stumbled.current()) == {"خبر یکم", "خبر دوم"}
    assert "new.txt" not in stumbled.entries()
    (left,) = read_quarantined(stumbled.target, stumbled.root)
    assert (left["path"], left["step"], left["attempts"]) == ("empty.txt", "read", 2)
    stumbled.run()
    stumbled.check()


def test_no_more_than_the_limit(stumbled: Archive) -> None:
    changes = find_failed(stumbled.job(), 1, 0)
    assert (len(changes.to_read), changes.left) == (1, 2)


def test_files_that_changed_or_went_or_are_ignored_by_now(stumbled: Archive) -> None:
    stumbled.write("empty.txt", "خبر سوم\nاین پرونده دیگر خالی نیست.", age=30)
    (stumbled.folder / "a.txt").unlink()
    (stumbled.folder / ".daftarignore").write_text("b/\n")
    assert kinds(retry(stumbled)) == {"empty.txt": Kind.NEW}
    stumbled.run()
    stumbled.check()


def test_a_folder_that_is_away_loses_nothing(stumbled: Archive) -> None:
    stumbled.folder.rename(stumbled.folder.with_name("away"))
    with pytest.raises(Misconfigured, match="is not there"):
        retry(stumbled)
    stumbled.folder.mkdir()
    assert retry(stumbled) == []
    assert len(list(read_quarantined(stumbled.target, stumbled.root))) == 3


def test_a_changed_file_is_tried_again_by_any_run(stumbled: Archive) -> None:
    stumbled.write("empty.txt", "خبر سوم\nاین پرونده دیگر خالی نیست.", age=30)
    _, outcomes = stumbled.run()
    assert kinds(outcomes) == {"empty.txt": Kind.NEW}


def test_nothing_in_quarantine_is_nothing_to_do(archive: Archive) -> None:
    archive.write("a.txt", ONE)
    archive.run()
    assert retry(archive) == []
