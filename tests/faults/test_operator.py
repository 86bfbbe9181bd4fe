"""What an operator asks the real command: what failed, what happened to a file, whether all is as it should be."""

from dataclasses import replace

import pytest
from command import SOME_QUARANTINED, Command
from hostile import INDEXED, QUARANTINED, write_hostile_folder
from runs import page

from tasks.cluster import connect

pytestmark = [pytest.mark.processes, pytest.mark.search, pytest.mark.flows, pytest.mark.slow]


@pytest.mark.whole
def test_failures_are_listed_and_tried_again(command: Command) -> None:
    """What was too large is well with a larger limit; what is no text stays, with one more attempt."""
    archive = command.archive
    archive.write("ok.txt", page(1))
    archive.write("long.txt", page(2) * 1000)
    archive.write("b\n.txt", b"\x00\x01\x02" * 20)
    small = replace(command, limit=10_000)
    assert small.call("ingest", expect=SOME_QUARANTINED)["quarantined"] == 2
    listed = small.call("failures", expect=SOME_QUARANTINED)
    assert listed["folder"] == str(archive.folder)
    assert listed["total"] == 2
    first, second = listed["failures"]
    assert (first["path"], first["step"], first["attempts"]) == ("b\n.txt", "read", 1)
    assert second["reason"].startswith("larger than the limit")
    assert all(failure[name] for failure in listed["failures"] for name in ("reason", "advice", "time", "run_id"))
    again = command.call("failures", "--retry", expect=SOME_QUARANTINED)
    assert (again["run"]["new"], again["run"]["quarantined"]) == (1, 1)
    assert [(failure["path"], failure["attempts"]) for failure in again["failures"]] == [("b\n.txt", 2)]
    (archive.folder / "b\n.txt").unlink()
    command.call("ingest")
    assert command.call("failures")["failures"] == []


@pytest.mark.whole
def test_a_hostile_folder(command: Command) -> None:
    """Every bad input ends in the ledger under the right status, by the command, without a traceback."""
    expected = write_hostile_folder(command.archive.folder, 4)
    assert len(expected) >= 60
    # It can be read, and is more than a node takes as one document.
    expected["long/one letter.txt"] = QUARANTINED
    sums = command.call("ingest", expect=SOME_QUARANTINED)
    assert command.archive.statuses() == expected
    statuses = list(expected.values())
    assert (sums["new"], sums["quarantined"]) == (statuses.count(INDEXED), statuses.count(QUARANTINED))
    entries = command.archive.entries().values()
    assert all(
        entry["reason"] and entry["advice"] and entry["step"] for entry in entries if entry["status"] == QUARANTINED
    )
    assert command.call("status")["files_on_disk"] == len(expected)
    again = command.call("ingest", expect=SOME_QUARANTINED)
    assert (again["new"], again["quarantined"]) == (0, statuses.count(QUARANTINED))


def test_the_story_of_a_file(command: Command) -> None:
    """New, changed, renamed, removed and back."""
    archive = command.archive
    archive.write("other.txt", page(1))
    archive.write("خبر.txt", page(2))
    command.call("ingest")
    archive.write("خبر.txt", page(4), age=30)
    command.call("ingest")
    (archive.folder / "خبر.txt").rename(archive.folder / "بایگانی.txt")
    command.call("ingest")
    (archive.folder / "بایگانی.txt").unlink()
    command.call("ingest")
    archive.write("بایگانی.txt", page(4), age=20)
    command.call("ingest")
    before, after = command.call("trace", "خبر.txt"), command.call("trace", "بایگانی.txt")
    assert (before["status"], after["status"]) == ("removed", "indexed")
    assert told(before["events"]) == ["new", "changed", "renamed to بایگانی.txt"]
    assert told(after["events"]) == ["new", "changed", "renamed from خبر.txt", "removed", "new"]
    times = [event["time"] for event in after["events"]]
    assert times == sorted(times)
    assert len({event["run_id"] for event in after["events"]}) == 5


def told(events: list[dict[str, str]]) -> list[str]:
    """What the scan had to say of a file, in order."""
    return [f"{event['outcome']} {event['reason']}".strip() for event in events if event["step"] == "scan"]


@pytest.mark.whole
def test_an_audit_lists_and_mends(command: Command) -> None:
    archive = command.archive
    archive.write("a.txt", page(1))
    archive.write("b.txt", page(2))
    command.call("ingest")
    target = archive.target
    connect(target).delete_by_query(index=target.all_documents, query={"term": {"language": "fa"}}, refresh=True)
    listed = command.call("status", "--audit", "--dry-run", expect=1)["audit"]
    assert (listed["kinds"], listed["mended"]) == ({"missing_document": 1}, 0)
    mended = command.call("status", "--audit")
    assert (mended["audit"]["total"], mended["audit"]["mended"], mended["documents"]) == (1, 1, 2)
    assert command.call("status", "--audit")["audit"]["total"] == 0
    archive.check()


def test_without_an_elasticsearch_the_command_says_so(command: Command) -> None:
    command.archive.write("a.txt", page(1))
    process = replace(command, url="http://127.0.0.1:9").start("ingest")
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, output) == (1, "")
    assert "Elasticsearch at http://127.0.0.1:9 does not answer" in errors
    assert "Traceback" not in errors
