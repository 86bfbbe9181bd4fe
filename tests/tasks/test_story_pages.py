"""Copies through the whole pipeline: the sample pages with their two copied wire stories, in any order of arrival."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from archive import Archive, Killed, dying_after, empty
from elasticsearch import Elasticsearch

from tasks.batch import Steps
from tasks.cluster import connect
from tasks.ledger import entry_id

pytestmark = [pytest.mark.search, pytest.mark.slow]

#: Of each sample page that has a copy, the copy (`copy_of` in `facts.toml`).
COPIES = {
    "fa-kermanshah-earthquake.txt": "fa-western-iran-quake.txt",
    "ar-turkey-syria-earthquake.txt": "archive/ar-syria-border-crossings.txt",
}
PAGES = [*COPIES, *COPIES.values(), "fa-jcpoa-vienna.txt", "ar-nuclear-agreement-vienna.txt"]

#: A page that is like no other.
ALONE = (None, 0)


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """The archive with the steps as they are."""
    archive.steps = Steps()
    return archive


def add(archive: Archive, samples: Path, *names: str) -> None:
    """Put sample pages into the folder and archive them."""
    for name in names:
        archive.write(name, (samples / name).read_bytes())
    archive.run()


def read_stories(archive: Archive) -> dict[str, tuple[str, str | None, int]]:
    """Of each current page the path that its story is named after, the path it is a copy of, and its copies."""
    documents = archive.documents()
    paths = {document_id: document["file"]["path"] for document_id, document in documents.items()}
    return {
        document["file"]["path"]: (
            paths[document["story_id"]],
            paths[document["copy_of"]] if document.get("copy_of") else None,
            document["copies"],
        )
        for document in documents.values()
        if document["current"]
    }


def expect_pairs() -> dict[str, tuple[str, str | None, int]]:
    """The stories of `PAGES`: both copies name their originals, which count one copy each."""
    stories: dict[str, tuple[str, str | None, int]] = {name: (name, *ALONE) for name in PAGES}
    for original, copy in COPIES.items():
        stories[original] = (original, None, 1)
        stories[copy] = (original, original, 0)
    return stories


@pytest.mark.parametrize(
    "order",
    [PAGES, PAGES[::-1], [*COPIES.values(), *COPIES, *PAGES[4:]]],
    ids=["originals first", "backwards", "copies first"],
)
def test_copied_wire_stories_are_joined_in_any_order(archive: Archive, samples: Path, order: list[str]) -> None:
    for name in order:
        add(archive, samples, name)
    assert read_stories(archive) == expect_pairs()


def test_copied_wire_stories_are_joined_in_one_batch(archive: Archive, samples: Path) -> None:
    add(archive, samples, *PAGES)
    assert read_stories(archive) == expect_pairs()


def test_a_removed_original_leaves_its_copy_as_the_original(archive: Archive, samples: Path) -> None:
    original, copy = next(iter(COPIES.items()))
    add(archive, samples, original, copy)
    (archive.folder / original).unlink()
    archive.run()
    assert read_stories(archive) == {copy: (original, None, 0)}
    add(archive, samples, original)
    assert read_stories(archive) == {original: (original, None, 1), copy: (original, original, 0)}


def test_an_ignored_copy_is_no_longer_counted(archive: Archive, samples: Path) -> None:
    original, copy = next(iter(COPIES.items()))
    add(archive, samples, original, copy)
    archive.write(".daftarignore", f"{copy}\n")
    archive.run()
    assert read_stories(archive) == {original: (original, None, 0)}


def test_a_copy_that_is_rewritten_is_no_longer_counted(archive: Archive, samples: Path) -> None:
    original, copy = next(iter(COPIES.items()))
    add(archive, samples, original, copy)
    archive.write(copy, (samples / "fa-jcpoa-vienna.txt").read_bytes())
    archive.run()
    assert read_stories(archive) == {original: (original, None, 0), copy: (copy, *ALONE)}


def test_the_same_text_twice_is_one_document_and_no_copy(archive: Archive, samples: Path) -> None:
    original = next(iter(COPIES))
    add(archive, samples, original)
    archive.write("again.txt", (samples / original).read_bytes())
    archive.run()
    assert read_stories(archive) == {original: (original, *ALONE)}


@pytest.mark.parametrize("method", ["bulk", "msearch", "mget"])
def test_a_run_killed_before_any_request_is_made_good_by_the_next(
    archive: Archive, samples: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    real: Any = getattr(Elasticsearch, method)
    original, copy = next(iter(COPIES.items()))
    for requests in range(30):
        shutil.rmtree(archive.folder)
        archive.folder.mkdir()
        empty(archive.target)
        add(archive, samples, original)
        archive.write(copy, (samples / copy).read_bytes())
        monkeypatch.setattr(Elasticsearch, method, dying_after(requests, real))
        finished = True
        try:
            archive.run()
        except Killed:
            finished = False
        monkeypatch.setattr(Elasticsearch, method, real)
        archive.run()
        archive.check()
        assert read_stories(archive) == {original: (original, None, 1), copy: (original, original, 0)}
        if finished:
            assert requests > 0
            return
    pytest.fail("the run sends more requests than are tried")


def test_a_copy_that_an_audit_lets_go_is_no_longer_counted(archive: Archive, samples: Path) -> None:
    original, copy = next(iter(COPIES.items()))
    add(archive, samples, original, copy)
    (archive.folder / copy).unlink()
    client = connect(archive.target)
    client.delete(index=archive.target.files, id=entry_id(archive.root, copy), refresh=True)
    assert [kind for kind, _ in archive.audit()] == ["unheld_document"]
    assert read_stories(archive) == {original: (original, None, 0)}
