"""Documents on a real index: store, claim, release, move; each of them twice is the same as once."""

from typing import Any

import pytest

from tasks import index
from tasks.cluster import Target, connect
from tasks.errors import Quarantined, Unavailable
from tasks.index import DOCUMENT_LIMIT, Hold, Placement, Record


def record(document_id: str, holder: str, path: str, language: str = "fa", **more: Any) -> Record:
    directory, _, name = path.rpartition("/")
    file = {
        "path": path,
        "name": name,
        "directory": directory,
        "size": 1,
        "hash": {"sha256": holder},
        "encoding": "utf-8",
    }
    source = {
        "document_id": document_id, "current": True, "version": 1, "file": file, "paths": [path], "holders": [holder],
    } | more  # fmt: skip
    return Record(document_id, language, holder, path, source)


def read(target: Target, document_id: str, language: str = "fa") -> dict[str, Any]:
    source: dict[str, Any] = connect(target).get(index=target.documents(language), id=document_id)["_source"]
    return source


def test_same_hold_by_index() -> None:
    assert Hold("f", "d", "ur").is_same(Hold("f", "d", None))
    assert not Hold("f", "d", "fa").is_same(Hold("f", "d", "ar"))
    assert not Hold("f", "d", "fa").is_same(Hold("g", "d", "fa"))


@pytest.mark.search
class TestStore:
    def test_placements_are_in_order(self, target: Target) -> None:
        records = [
            record("d1", "f1", "a"),
            record("d2", "f2", "b", "ar"),
            record("d1", "f3", "c"),
            record("d3", "f4", "d", "ckb"),
        ]
        assert index.store(target, records) == [
            Placement(owned=True, path="a"),
            Placement(owned=True, path="b"),
            Placement(owned=False, path="a"),
            Placement(owned=True, path="d"),
        ]
        assert read(target, "d1")["holders"] == ["f1", "f3"]
        assert read(target, "d3", "other")["paths"] == ["d"]

    def test_nothing_to_store(self, target: Target) -> None:
        assert index.store(target, []) == []

    def test_twice_is_once(self, target: Target) -> None:
        records = [record("d1", "f1", "a"), record("d1", "f2", "b")]
        first = index.store(target, records)
        before = read(target, "d1")
        assert index.store(target, records) == first
        assert read(target, "d1") == before

    def test_refused_document_does_not_hinder_the_others(self, target: Target) -> None:
        placements = index.store(
            target,
            [
                record("d1", "f1", "a", unheard_of=1),
                record("d2", "f2", "b"),
                record("d3", "f3", "c", word_count="many"),
            ],
        )
        assert placements[1] == Placement(owned=True, path="b")
        for refused in (placements[0], placements[2]):
            assert isinstance(refused, Quarantined)
            assert refused.step == "index"
            assert "refused the document" in refused.reason

    def test_document_that_would_end_the_node_is_not_sent(self, target: Target) -> None:
        refused, placed = index.store(
            target, [record("d1", "f1", "a", body="م" * (DOCUMENT_LIMIT // 2)), record("d2", "f2", "b")]
        )
        assert isinstance(refused, Quarantined)
        assert "5.0 MiB" in refused.reason
        assert placed == Placement(owned=True, path="b")

    def test_more_than_one_request_holds(self, target: Target) -> None:
        records = [record(f"d{number}", f"f{number}", f"{number}") for number in range(1203)]
        assert all(isinstance(placement, Placement) and placement.owned for placement in index.store(target, records))
        index.refresh(target)
        assert connect(target).count(index=target.documents("fa"))["count"] == 1203

    def test_owner_in_other_bytes_gives_the_file_facts(self, target: Target) -> None:
        index.store(target, [record("d1", "f1", "a"), record("d1", "f2", "b")])
        other = record("d1", "f1", "a")
        other.source["file"]["size"] = 4
        index.store(target, [other, record("d1", "f2", "b")])
        assert (read(target, "d1")["file"]["size"], read(target, "d1")["holders"]) == (4, ["f1", "f2"])


@pytest.mark.search
class TestRelease:
    @pytest.fixture
    def held(self, target: Target) -> Target:
        index.store(target, [record("d1", "f1", "a/ب.txt"), record("d1", "f2", "ج/د.txt"), record("d1", "f3", "e")])
        return target

    def test_owner_lets_go(self, held: Target) -> None:
        assert index.release(held, [Hold("f1", "d1", "fa")]) == [Hold("f2", "d1", "fa")]
        document = read(held, "d1")
        assert (document["holders"], document["paths"]) == (["f2", "f3"], ["ج/د.txt", "e"])
        assert [document["file"][name] for name in ("path", "directory", "name")] == ["ج/د.txt", "ج", "د.txt"]

    def test_said_again_it_names_the_owner_again(self, held: Target) -> None:
        """The run that said it first may have been killed before it told the ledger."""
        index.release(held, [Hold("f1", "d1", "fa")])
        before = read(held, "d1")
        assert index.release(held, [Hold("f1", "d1", "fa")]) == [Hold("f2", "d1", "fa")]
        assert read(held, "d1") == before

    def test_duplicate_lets_go(self, held: Target) -> None:
        index.release(held, [Hold("f2", "d1", "fa")])
        assert (read(held, "d1")["holders"], read(held, "d1")["file"]["path"]) == (["f1", "f3"], "a/ب.txt")

    @pytest.mark.parametrize("removed_at", [None, "2024-05-01T00:00:00.000+00:00"])
    def test_last_one_lets_go(self, held: Target, removed_at: str | None) -> None:
        holds = [Hold(holder, "d1", "fa") for holder in ("f3", "f1", "f2")]
        index.release(held, holds, removed_at)
        document = read(held, "d1")
        assert (document["current"], document["holders"], document["paths"]) == (False, [], [])
        assert document.get("removed_at") == removed_at
        index.refresh(held)
        assert connect(held).count(index=held.documents())["count"] == 0
        assert connect(held).count(index=held.all_documents)["count"] == 1

    def test_document_that_is_not_there(self, target: Target) -> None:
        assert index.release(target, [Hold("f1", "nowhere", "fa")]) == []

    def test_revived_by_another_file(self, held: Target) -> None:
        index.release(
            held, [Hold(holder, "d1", "fa") for holder in ("f1", "f2", "f3")], "2024-05-01T00:00:00.000+00:00"
        )
        again = record("d1", "f9", "x/y", previous_id="d0", version=4)
        assert index.store(held, [again]) == [Placement(owned=True, path="x/y")]
        document = read(held, "d1")
        assert (document["current"], document["holders"], document["paths"]) == (True, ["f9"], ["x/y"])
        assert (document["file"]["directory"], document["previous_id"], document["version"]) == ("x", "d0", 4)
        assert "removed_at" not in document


@pytest.mark.search
class TestMove:
    FILE = record("d1", "f8", "new/n.txt").source["file"]

    @pytest.fixture
    def held(self, target: Target) -> Target:
        index.store(target, [record("d1", "f1", "a"), record("d1", "f2", "b")])
        return target

    def test_owner_moves(self, held: Target) -> None:
        assert index.move(held, [(Hold("f1", "d1", "fa"), "f8", self.FILE)]) == [True]
        document = read(held, "d1")
        assert (document["holders"], document["paths"]) == (["f8", "f2"], ["new/n.txt", "b"])
        assert (document["file"]["path"], document["file"]["name"]) == ("new/n.txt", "n.txt")

    def test_duplicate_moves(self, held: Target) -> None:
        assert index.move(held, [(Hold("f2", "d1", "fa"), "f8", self.FILE)]) == [False]
        document = read(held, "d1")
        assert (document["holders"], document["paths"], document["file"]["path"]) == (
            ["f1", "f8"],
            ["a", "new/n.txt"],
            "a",
        )

    def test_twice_is_once(self, held: Target) -> None:
        moves = [(Hold("f1", "d1", "fa"), "f8", self.FILE)]
        index.move(held, moves)
        before = read(held, "d1")
        assert index.move(held, moves) == [True]
        assert read(held, "d1") == before

    def test_what_was_let_go_meanwhile_comes_back(self, held: Target) -> None:
        index.release(held, [Hold("f1", "d1", "fa"), Hold("f2", "d1", "fa")], "2024-05-01T00:00:00.000+00:00")
        assert index.move(held, [(Hold("f1", "d1", "fa"), "f8", self.FILE)]) == [True]
        document = read(held, "d1")
        assert (document["current"], document["holders"], document["file"]["path"]) == (True, ["f8"], "new/n.txt")


@pytest.mark.search
class TestReading:
    def test_versions_and_owners(self, target: Target) -> None:
        index.store(
            target, [record("d1", "f1", "a", version=3), record("d2", "f2", "b", "ar"), record("d1", "f3", "c")]
        )
        holds = [Hold("f1", "d1", "fa"), Hold("f2", "d2", "ar"), Hold("f9", "d9", None)]
        assert index.read_versions(target, holds) == {"d1": 3, "d2": 1}
        assert index.read_owners(target, holds) == {"d1": "f1", "d2": "f2"}
        assert index.read_versions(target, []) == {}

    def test_owner_as_told_by_the_ledger(self, target: Target) -> None:
        index.store(target, [record("d1", "f1", "a")])
        facts = {"path": "a", "size": 9, "hash": {"sha256": "other"}}
        index.describe(target, [(Hold("f2", "d1", "fa"), facts)])
        assert read(target, "d1")["file"]["size"] == 1
        index.describe(target, [(Hold("f1", "d1", "fa"), facts)])
        assert read(target, "d1")["file"] == {"name": "a", "directory": ""} | facts


@pytest.mark.search
class TestUnavailable:
    @pytest.mark.parametrize("block", ["index.blocks.read_only_allow_delete", "index.blocks.write"])
    def test_blocked_index(self, target: Target, block: str) -> None:
        indices = f"{target.prefix}-documents-*"
        connect(target).indices.put_settings(index=indices, settings={block: True})
        try:
            with pytest.raises(Unavailable):
                index.store(target, [record("d1", "f1", "a")])
        finally:
            connect(target).indices.put_settings(index=indices, settings={block: None})
        assert index.store(target, [record("d1", "f1", "a")]) == [Placement(owned=True, path="a")]

    def test_closed_index(self, own_target: Target) -> None:
        """Its documents must not end in quarantine: there is nothing wrong with them."""
        connect(own_target).indices.close(index=f"{own_target.prefix}-documents-fa-000001")
        with pytest.raises(Unavailable):
            index.store(own_target, [record("d1", "f1", "a")])
        with pytest.raises(Unavailable):
            index.read_versions(own_target, [Hold("f1", "d1", "fa")])
        with pytest.raises(Unavailable):
            index.release(own_target, [Hold("f1", "d1", "fa")])

    def test_lost_index_is_not_made_up(self, own_target: Target) -> None:
        """Elasticsearch would make one of the alias's name, without our analysis."""
        connect(own_target).indices.delete(index=f"{own_target.prefix}-documents-fa-000001")
        with pytest.raises(Unavailable):
            index.store(own_target, [record("d1", "f1", "a")])
        assert not connect(own_target).indices.exists(index=own_target.documents("fa"))

    def test_nothing_there(self) -> None:
        with pytest.raises(Unavailable):
            index.store(Target("http://127.0.0.1:1"), [record("d1", "f1", "a")])
