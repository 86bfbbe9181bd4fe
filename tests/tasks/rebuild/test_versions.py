"""New versions of the indices and the way back: nothing lost, nothing doubled."""

from typing import Any

import pytest
from archive import Archive
from rebuilding import all_serve, list_indices, rebuild, roll_back, serving

from tasks.cluster import Target, connect
from tasks.errors import Misconfigured
from tasks.rebuild import begin_rebuild, compare, fill, swap

pytestmark = [pytest.mark.search, pytest.mark.slow]


def test_a_rebuild_takes_everything_over(archive: Archive) -> None:
    archive.write("stable-1.txt", "گزارش\n\nchanged")
    (archive.folder / "stable-2.txt").unlink()
    archive.run()
    documents, entries = archive.documents(), archive.entries()
    swapped = rebuild(archive.target)
    assert serving(archive.target) == all_serve(2)
    assert (archive.documents(), archive.entries()) == (documents, entries)
    assert swapped.number == 2
    assert [number for _, number in swapped.indices.values()] == [21, 20, 0, 40]
    assert swapped.written == 81
    assert (swapped.samples.asked, swapped.samples.found_after, swapped.samples.lost) == (39, 39, ())
    archive.check()


def test_versions_of_documents_go_with_them(archive: Archive) -> None:
    """Else a document changed after a rollback could count as older than its copy."""
    archive.write("stable-1.txt", "گزارش\n\nchanged")
    archive.run()
    before = {hit["_id"]: hit["_version"] for hit in read_hits(archive.target)}
    assert max(before.values()) > 1
    rebuild(archive.target)
    assert {hit["_id"]: hit["_version"] for hit in read_hits(archive.target)} == before


def read_hits(target: Target) -> list[dict[str, Any]]:
    connect(target).indices.refresh(index=target.all_documents)
    return list(connect(target).search(index=target.all_documents, size=1000, version=True)["hits"]["hits"])


def test_the_last_two_versions_are_kept(archive: Archive) -> None:
    for number in (2, 3):
        rebuild(archive.target)
        kept = {f"{alias}-{at:06}" for alias in all_serve(0) for at in (number - 1, number)}
        assert {index.removeprefix(f"{archive.target.prefix}-") for index in list_indices(archive.target)} == kept


def test_a_rollback_loses_nothing_that_was_written_since(archive: Archive) -> None:
    rebuild(archive.target)
    archive.write("new.txt", "خبر تازه\n\nnew")
    archive.write("stable-3.txt", "گزارش\n\nchanged since")
    (archive.folder / "stable-4.txt").unlink()
    archive.run()
    documents, entries = archive.documents(), archive.entries()
    swapped = roll_back(archive.target)
    assert serving(archive.target) == all_serve(1)
    assert (archive.documents(), archive.entries()) == (documents, entries)
    # The new page, the changed one and what it was, and the removed one; of the ledger three entries.
    assert swapped.written == 7
    archive.check()


@pytest.mark.whole
def test_back_and_forth(archive: Archive) -> None:
    rebuild(archive.target)
    for number, expected in enumerate((1, 2, 1)):
        archive.write(f"new-{number}.txt", f"خبر\n\nnew {number}")
        archive.run()
        documents = archive.documents()
        roll_back(archive.target)
        assert serving(archive.target) == all_serve(expected)
        assert archive.documents() == documents
    archive.check()
    rebuild(archive.target)
    assert serving(archive.target) == all_serve(3)
    archive.check()


def test_without_a_previous_version_there_is_no_way_back(archive: Archive) -> None:
    with pytest.raises(Misconfigured, match="no previous version"):
        roll_back(archive.target)
    assert serving(archive.target) == all_serve(1)


def test_without_indices_there_is_nothing_to_rebuild(elasticsearch_url: str) -> None:
    with pytest.raises(Misconfigured, match="no index behind nothing-here-documents-fa"):
        rebuild(Target(elasticsearch_url, "nothing-here"))


def test_shards_replicas_and_refresh_take_effect_by_a_rebuild(archive: Archive) -> None:
    target = archive.target
    passages = begin_rebuild(target, 2, "0", "7s")
    indices = [passage.destination.index for passage in passages]
    filling = connect(target).indices.get_settings(index=indices, flat_settings=True)
    assert {found["settings"]["index.refresh_interval"] for found in filling.values()} == {"-1"}
    for passage in passages:
        fill(passage)
    swap(target, passages, compare(target, passages))
    for found in connect(target).indices.get_settings(index=indices, flat_settings=True).values():
        settings = found["settings"]
        assert settings["index.number_of_shards"] == "2"
        assert settings["index.number_of_replicas"] == "0"
        assert settings["index.refresh_interval"] == "7s"
    archive.check()
