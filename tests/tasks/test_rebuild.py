"""New versions of the indices: nothing lost, nothing doubled, searches and ingests going on, killed at any moment."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
import rebuilding
from archive import Archive
from rebuilding import rebuild, roll_back

from tasks.cluster import Target, connect, install
from tasks.copying import Copier, read_ends
from tasks.errors import Misconfigured, Unavailable
from tasks.indices import (
    check_templates,
    close_for_writing,
    find_closed,
    list_versions,
    open_for_writing,
    reopen_abandoned,
)
from tasks.rebuild import begin_rebuild, compare, fill, prune, swap

pytestmark = pytest.mark.search

#: Files that stay as they are while others come, change and go.
STABLE = 40

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def target(own_target: Target) -> Target:
    """The indices are changed here."""
    return own_target


@pytest.fixture
def archive(tmp_path: Path, target: Target) -> Archive:
    """A folder with files of both languages, indexed, in indices of its own."""
    folder = tmp_path / "pages"
    folder.mkdir()
    archive = Archive(folder, target, batch=20)
    for number in range(STABLE):
        archive.write(f"stable-{number}.txt", f"{'گزارش' if number % 2 else 'تقرير'} {number}\n\nstable {number}")
    archive.run()
    return archive


def serving(target: Target) -> dict[str, int]:
    """The number of the version that serves, by alias; there is just one of each."""
    found = {}
    for versions in list_versions(target):
        assert versions.serving
        for alias, options in versions.series.aliases.items():
            held = connect(target).indices.get_alias(name=alias).body
            assert held[versions.serving.index]["aliases"][alias] == options
        assert set(connect(target).indices.get_alias(name=versions.series.alias).body) == {versions.serving.index}
        found[versions.series.alias.removeprefix(f"{target.prefix}-")] = versions.serving.number
    return found


def all_serve(number: int) -> dict[str, int]:
    return dict.fromkeys(("documents-fa", "documents-ar", "documents-other", "files"), number)


def indices(target: Target) -> set[str]:
    return set(connect(target).indices.get(index=f"{target.prefix}-*", features="aliases"))


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
        assert {index.removeprefix(f"{archive.target.prefix}-") for index in indices(archive.target)} == kept


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


def die(target: Target, work: str, moment: str, request: str) -> int:
    """Rebuild or roll back in a process that is killed around a request; returns its exit code."""
    command = [sys.executable, rebuilding.__file__, target.url, target.prefix, work, moment, request]
    return subprocess.run(command, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT)}, check=False).returncode


#: Where a rebuild and a rollback are killed, and whether the new version serves then.
DEATHS = [
    ("rebuild", "before", "PUT /{prefix}-documents-ar-", False),
    ("rebuild", "after", "/_bulk", False),
    ("rebuild", "after", "PUT /{prefix}-files-", False),
    ("rebuild", "after", "/_block/write", False),
    ("rebuild", "before", "/_aliases", False),
    ("rebuild", "after", "/_aliases", True),
    ("rebuild", "before", "DELETE /", False),
    ("rollback", "after", "/_bulk", False),
    ("rollback", "after", "/_block/write", False),
    ("rollback", "before", "/_aliases", False),
    ("rollback", "after", "/_aliases", True),
]


@pytest.mark.whole
@pytest.mark.processes
def test_killed_at_any_moment_it_leaves_nothing_that_shows(archive: Archive) -> None:
    target = archive.target
    rebuild(target)
    served = serving(target)
    for number, (work, moment, request, swapped) in enumerate(DEATHS):
        archive.write(f"new-{number}.txt", f"خبر\n\nnew {number}")
        archive.run()
        assert die(target, work, moment, request.format(prefix=target.prefix)) == -signal.SIGKILL
        archive.write(f"newer-{number}.txt", f"خبر\n\nnewer {number}")
        # What the next run does first; it does not have to wait for a process that is gone.
        reopen_abandoned(target, sleep=lambda _: None)
        archive.run()
        archive.check()
        now = serving(target)
        assert len(set(now.values())) == 1
        assert (now != served) == swapped, (work, moment, request)
        served = now
    rebuild(target)
    archive.run()
    archive.check()
    assert len(indices(target)) == 8


@pytest.fixture
def passages(archive: Archive) -> Iterator[Any]:
    """A rebuild that is about to swap."""
    passages = begin_rebuild(archive.target)
    for passage in passages:
        fill(passage)
    yield passages


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


def test_an_unfinished_version_is_seen_by_nobody_and_cleared_away(archive: Archive, passages: Any) -> None:
    assert serving(archive.target) == all_serve(1)
    assert len(archive.current_ids()) == STABLE
    unfinished = passages[0].destination.index
    connect(archive.target).index(index=unfinished, id="stray", document={"document_id": "stray", "current": True})
    rebuild(archive.target)
    assert serving(archive.target) == all_serve(2)
    assert not connect(archive.target).exists(index=unfinished, id="stray")


def test_an_index_with_other_documents_does_not_come_to_serve(archive: Archive, passages: Any) -> None:
    target, fa = archive.target, passages[0].destination.index
    connect(target).indices.refresh(index=fa)
    document_id = connect(target).search(index=fa, size=1)["hits"]["hits"][0]["_id"]
    connect(target).delete(index=fa, id=document_id, refresh=True)
    with pytest.raises(Misconfigured, match=rf"documents-fa-000001 has .*20 documents.*, {fa} .*19 documents"):
        swap(target, passages, compare(target, passages))
    assert serving(target) == all_serve(1)
    assert find_closed(target) == []


def test_an_index_that_does_not_find_its_documents_is_refused_unless_accepted(archive: Archive, passages: Any) -> None:
    target = archive.target
    for passage in passages[:2]:
        connect(target).indices.put_settings(
            index=passage.destination.index, settings={"index.query.default_field": ["removed_text"]}
        )
    with pytest.raises(Misconfigured, match="Of 40 documents that are found by their titles the new indices miss 40"):
        compare(target, passages)
    assert len(compare(target, passages, accept=True).lost) == 40
    assert serving(target) == all_serve(1)


def test_a_document_that_the_new_index_refuses_ends_the_rebuild(archive: Archive) -> None:
    passages = begin_rebuild(archive.target)
    index = passages[0].destination.index
    connect(archive.target).indices.delete(index=index)
    wrong = {"dynamic": "strict", "properties": {"title": {"type": "date"}}}
    connect(archive.target).indices.create(index=index, mappings=wrong)
    with pytest.raises(Misconfigured, match=f"{index} does not take document"):
        fill(passages[0])
    assert serving(archive.target) == all_serve(1)


def test_fields_that_the_new_index_has_not_are_left_out_and_named(archive: Archive) -> None:
    client = connect(archive.target)
    old = f"{archive.target.documents('fa')}-000001"
    client.indices.put_mapping(index=old, properties={"mood": {"type": "keyword"}})
    client.update_by_query(index=old, script={"source": "ctx._source.mood = 'glad'"}, refresh=True)
    swapped = rebuild(archive.target)
    assert swapped.left_out == ("mood",)
    assert "mood" not in next(iter(archive.documents().values()))
    # The one that serves has all of its fields, and the way back has the one that it had.
    roll_back(archive.target)
    moods = client.search(index=archive.target.documents("fa"), query={"term": {"mood": "glad"}})
    assert moods["hits"]["total"]["value"] == 20


def test_a_copy_takes_up_each_change_once_and_in_any_shard(elasticsearch_url: str, target: Target) -> None:
    client = connect(target)
    names = [f"{target.prefix}-copying-{name}" for name in ("old", "new")]
    for index in names:
        client.indices.create(index=index, settings={"index.number_of_shards": 3}, mappings={"properties": {}})
    for number in range(30):
        client.index(index=names[0], id=str(number), document={"value": number})
    copier = Copier(target, *names)
    assert copier.count_waiting() == 30
    assert copier.catch_up() == 30
    assert (copier.catch_up(), copier.count_waiting()) == (0, 0)
    for number in (3, 4):
        client.index(index=names[0], id=str(number), document={"value": -number})
    client.index(index=names[0], id="new", document={"value": 99})
    assert copier.count_waiting() == 3
    assert copier.catch_up() == 3
    assert copier.done == read_ends(target, names[0])
    client.indices.refresh(index=names[1])
    found = client.search(index=names[1], size=100)["hits"]["hits"]
    assert {hit["_id"]: hit["_source"]["value"] for hit in found} == {
        **{str(number): number for number in range(30)},
        "3": -3,
        "4": -4,
        "new": 99,
    }


def test_indices_left_closed_are_opened_again(target: Target) -> None:
    versions = [versions.serving for versions in list_versions(target) if versions.serving]
    close_for_writing(target, versions[:2])
    waited: list[float] = []
    assert reopen_abandoned(target, sleep=waited.append) == [version.index for version in versions[:2]]
    assert sum(waited) == 30
    assert find_closed(target) == []
    assert reopen_abandoned(target, sleep=waited.append) == []


def test_a_rebuild_that_is_under_way_is_waited_for(target: Target) -> None:
    versions = [versions.serving for versions in list_versions(target) if versions.serving]
    close_for_writing(target, versions)
    assert reopen_abandoned(target, sleep=lambda _: open_for_writing(target, versions)) == []


def test_writing_into_closed_indices_says_why(archive: Archive) -> None:
    versions = [versions.serving for versions in list_versions(archive.target) if versions.serving]
    close_for_writing(archive.target, versions)
    archive.write("new.txt", "خبر\n\nnew")
    with pytest.raises(Unavailable, match="cluster_block_exception"):
        archive.run()
    open_for_writing(archive.target, versions)
    archive.run()
    archive.check()


class TestTemplates:
    def test_todays_indices_fit(self, target: Target) -> None:
        check_templates(target)

    def test_none_are_no_matter(self, elasticsearch_url: str) -> None:
        check_templates(Target(elasticsearch_url, "nothing-here"))

    @pytest.mark.parametrize("meta", [{"fingerprint": "another"}, {}], ids=["another", "none"])
    def test_those_of_another_daftar_are_refused(self, target: Target, meta: dict[str, str]) -> None:
        index = f"{target.documents('ar')}-000001"
        connect(target).indices.put_mapping(index=index, meta=meta)
        with pytest.raises(Misconfigured, match=f"{index} was made with other mappings") as caught:
            check_templates(target)
        assert "daftar rebuild" in caught.value.advice
        rebuild(target)
        check_templates(target)

    def test_installing_again_keeps_the_new_versions(self, target: Target) -> None:
        rebuild(target)
        before = indices(target)
        install(target)
        assert indices(target) == before
        assert prune(target) == []
