"""The ledger on a real index: one entry a path, in path order, with its story."""

from typing import Any

import pytest

from tasks import ledger
from tasks.cluster import Target, connect
from tasks.document import File
from tasks.errors import Unavailable
from tasks.index import refresh
from tasks.ledger import EVENTS_KEPT, Event, entry_id, to_entry
from tasks.outcome import Kind, Outcome, Status

PATHS = ["a", "a-b", "a/b", "خبر", "خبر.txt", "\ue000", "\ufffd", "\U0001f4f0", "\\xff", "new\nline"]


def entry(path: str, status: Status = Status.INDEXED, root: str = "/r", **facts: Any) -> dict[str, Any]:
    return to_entry(root, Outcome(path, Kind.NEW), status, None, [], {"size": 1, "mtime_ns": 2, **facts})


class TestEntry:
    def test_ids_differ_by_root_and_path(self) -> None:
        assert len({entry_id("r", "a"), entry_id("r", "b"), entry_id("ra", ""), entry_id("", "ra")}) == 4

    def test_event_leaves_out_what_is_empty(self) -> None:
        event = Event("2024-05-01", "run", "read", "quarantined", advice="Delete it.")
        assert event.to_source() == {
            "time": "2024-05-01", "run_id": "run", "step": "read", "outcome": "quarantined", "advice": "Delete it.",
        }  # fmt: skip

    def test_story_goes_on(self) -> None:
        first = to_entry(
            "/r", Outcome("a", Kind.NEW), Status.INDEXED, None, [Event("1", "x", "scan", "new")], {"size": 1}
        )
        then = to_entry(
            "/r", Outcome("a", Kind.REMOVED), Status.REMOVED, first, [Event("2", "y", "scan", "removed")], {}
        )
        assert [event["outcome"] for event in then["events"]] == ["new", "removed"]
        assert (then["run_id"], then["first_seen"]) == ("y", first["first_seen"])

    def test_story_is_bounded(self) -> None:
        events = [Event(str(number), "x", "scan", "new") for number in range(EVENTS_KEPT + 5)]
        story = to_entry("/r", Outcome("a", Kind.NEW), Status.INDEXED, None, events, {})["events"]
        assert (len(story), story[0]["time"], story[-1]["time"]) == (EVENTS_KEPT, "5", str(EVENTS_KEPT + 4))

    def test_attempts_count_one_form_of_the_file(self) -> None:
        facts = {"size": 1, "mtime_ns": 1}
        first = to_entry("/r", Outcome("a", Kind.NEW), Status.QUARANTINED, None, [], facts)
        second = to_entry("/r", Outcome("a", Kind.NEW), Status.QUARANTINED, first, [], facts)
        edited = to_entry("/r", Outcome("a", Kind.NEW), Status.QUARANTINED, second, [], {"size": 2, "mtime_ns": 1})
        assert [each["attempts"] for each in (first, second, edited)] == [1, 2, 1]

    @pytest.mark.parametrize("status", Status)
    def test_only_a_waiting_file_stays_unfinished(self, status: Status) -> None:
        after = to_entry("/r", Outcome("a", Kind.NEW), status, entry("a") | {"pending": ["fa/1"]}, [], {})
        assert after.get("pending") == (["fa/1"] if status is Status.WAITING else None)


@pytest.mark.search
class TestReading:
    def test_order_is_that_of_paths(self, target: Target) -> None:
        ledger.write_entries(target, [entry(path) for path in reversed(PATHS)])
        ledger.write_entries(target, [entry("b", root="/elsewhere")])
        assert [known.path for known in ledger.read_ledger(target, "/r")] == sorted(PATHS)

    def test_pages(self, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tasks.cluster._PAGE", 3)
        ledger.write_entries(target, [entry(f"{number:02}") for number in range(9)])
        stream = ledger.read_ledger(target, "/r")
        first = next(stream)
        ledger.write_entries(target, [entry("055"), entry("99"), entry("07", Status.REMOVED)])
        refresh(target)
        rest = list(stream)
        assert [known.path for known in [first, *rest]] == [f"{number:02}" for number in range(9)]
        assert {known.status for known in rest} == {Status.INDEXED}

    def test_what_the_comparison_needs(self, target: Target) -> None:
        ledger.write_entries(target, [entry("a", Status.DUPLICATE, sha256="s", document_id="d", language="fa")])
        ledger.announce(target, [(entry("a"), ["fa/d", "ar/e"])])
        (known,) = ledger.read_ledger(target, "/r")
        assert (known.path, known.size, known.mtime_ns, known.status) == ("a", 1, 2, Status.DUPLICATE)
        assert (known.sha256, known.document_id, known.language, known.pending) == ("s", "d", "fa", ("fa/d", "ar/e"))

    def test_search_contexts_are_closed(self, target: Target) -> None:
        ledger.write_entries(target, [entry(path) for path in PATHS])

        def opened() -> int:
            stats = connect(target).indices.stats(index=f"{target.prefix}-*", metric="search")
            return int(stats["_all"]["primaries"]["search"]["open_contexts"])

        list(ledger.read_ledger(target, "/r"))
        stream = ledger.read_ledger(target, "/r")
        next(stream)
        assert opened() == 1
        stream.close()  # type: ignore[attr-defined]  # it is a generator
        assert opened() == 0

    def test_entries_by_path(self, target: Target) -> None:
        ledger.write_entries(target, [entry("a"), entry("خبر")])
        assert set(ledger.read_entries(target, "/r", ["خبر", "b"])) == {"خبر"}
        assert ledger.read_entries(target, "/other", ["a"]) == {}
        assert ledger.read_entries(target, "/r", []) == {}

    def test_sums(self, target: Target) -> None:
        statuses = [Status.INDEXED, Status.INDEXED, Status.REMOVED, Status.QUARANTINED]
        ledger.write_entries(target, [entry(f"{place}", status) for place, status in enumerate(statuses)])
        refresh(target)
        assert ledger.sum_statuses(target, "/r") == {
            "indexed": 2, "duplicate": 0, "quarantined": 1, "ignored": 0, "waiting": 0, "removed": 1,
        }  # fmt: skip


@pytest.mark.search
class TestWriting:
    def test_announcement_leaves_the_entry_as_it_is(self, target: Target) -> None:
        ledger.write_entries(target, [entry("a", document_id="d")])
        before = ledger.read_entries(target, "/r", ["a"])["a"]
        ledger.announce(target, [(before, ["fa/e"])])
        assert ledger.read_entries(target, "/r", ["a"])["a"] == before | {"pending": ["fa/e"]}

    def test_first_entry_of_a_file_says_that_its_run_did_not_end(self, target: Target) -> None:
        ledger.announce(target, [(ledger.begin("/r", File("a", 5, 6)), ["fa/e"])])
        begun = ledger.read_entries(target, "/r", ["a"])["a"]
        assert (begun["status"], begun["size"], begun["mtime_ns"], begun["pending"]) == ("waiting", 5, 6, ["fa/e"])
        assert "did not end" in begun["reason"]

    def test_final_entry_ends_the_announcement(self, target: Target) -> None:
        ledger.announce(target, [(ledger.begin("/r", File("a", 5, 6)), ["fa/e"])])
        ledger.write_entries(target, [entry("a")])
        assert "pending" not in ledger.read_entries(target, "/r", ["a"])["a"]

    @pytest.mark.parametrize(
        ("status", "document_id", "after"),
        [
            (Status.DUPLICATE, "d", Status.INDEXED),
            (Status.DUPLICATE, "other", Status.DUPLICATE),
            (Status.INDEXED, "d", Status.INDEXED),
            (Status.QUARANTINED, "d", Status.QUARANTINED),
            (Status.REMOVED, "d", Status.REMOVED),
        ],
    )
    def test_owners_are_marked(self, target: Target, status: Status, document_id: str, after: Status) -> None:
        ledger.write_entries(target, [entry("a", status, document_id=document_id) | {"reason": "the same text as b"}])
        ledger.mark_owners(target, "run", [(entry_id("/r", "a"), "d")])
        marked = ledger.read_entries(target, "/r", ["a"])["a"]
        assert marked["status"] == after
        handed = status is not after
        assert (marked["reason"] is None) is handed
        assert [event["run_id"] for event in marked["events"]] == ["run"] * handed

    def test_owner_without_an_entry_yet_is_left_alone(self, target: Target) -> None:
        ledger.mark_owners(target, "run", [(entry_id("/r", "a"), "d")])
        assert ledger.read_entries(target, "/r", ["a"]) == {}

    def test_story_of_an_owner_is_bounded(self, target: Target) -> None:
        events = [Event(str(number), "x", "scan", "new") for number in range(EVENTS_KEPT)]
        full = to_entry("/r", Outcome("a", Kind.NEW), Status.DUPLICATE, None, events, {"document_id": "d"})
        ledger.write_entries(target, [full])
        ledger.mark_owners(target, "run", [(entry_id("/r", "a"), "d")])
        story = ledger.read_entries(target, "/r", ["a"])["a"]["events"]
        assert (len(story), story[0]["time"], story[-1]["run_id"]) == (EVENTS_KEPT, "1", "run")

    def test_wrong_entry_is_an_error_of_ours(self, target: Target) -> None:
        with pytest.raises(RuntimeError, match="refused an entry"):
            ledger.write_entries(target, [entry("a", unheard_of=1)])


@pytest.mark.search
def test_what_cannot_be_read_is_not_taken_for_unknown(own_target: Target) -> None:
    ledger.write_entries(own_target, [entry("a")])
    connect(own_target).indices.close(index=f"{own_target.prefix}-files-000001")
    with pytest.raises(Unavailable):
        ledger.read_entries(own_target, "/r", ["a"])
    with pytest.raises(Unavailable):
        list(ledger.read_ledger(own_target, "/r"))
    with pytest.raises(Unavailable):
        ledger.write_entries(own_target, [entry("a")])
