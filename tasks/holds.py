"""Which documents a file holds, and letting go of them: the ledger and the index kept in step."""

from collections.abc import Iterable
from typing import Any

from tasks import index
from tasks.document import File
from tasks.file_source import to_file_source
from tasks.index import Hold
from tasks.job import Job
from tasks.ledger import announce, entry_id, mark_owners, now, read_entries_by_id, to_reference
from tasks.outcome import Status


def find_hold(root: str, entry: dict[str, Any]) -> Hold | None:
    """The document that an entry of the ledger stands for, if it stands for one."""
    if entry.get("status") not in (Status.INDEXED, Status.DUPLICATE):
        return None
    return Hold(entry_id(root, entry["path"]), entry["document_id"], entry.get("language"))


def list_holds(root: str, entry: dict[str, Any]) -> list[Hold]:
    """Every document that a path may hold: the one its entry stands for, and those a killed run announced."""
    holds = {} if (hold := find_hold(root, entry)) is None else {_refer(hold): hold}
    for reference in entry.get("pending", ()):
        language, _, document_id = reference.rpartition("/")
        holds.setdefault(reference, Hold(entry_id(root, entry["path"]), document_id, language or None))
    return list(holds.values())


def announce_holds(job: Job, intents: Iterable[tuple[dict[str, Any], list[Hold]]]) -> None:
    """Announce which documents the paths of some entries are about to take up or let go."""
    announce(job.target, ((entry, [_refer(hold) for hold in holds]) for entry, holds in intents if holds))


def release(job: Job, holds: list[Hold], removed: bool = False) -> list[Hold]:
    """Let files go of documents (`removed`: since they are gone), and make the next in line their owners.

    Returns who owns those documents now. Announce it before. The stories they were in are settled anew.
    """
    if not holds:
        return []
    owners = index.release(job.target, holds, removed_at=now() if removed else None)
    mark_owners(job.target, job.run_id, [(owner.holder, owner.document_id) for owner in owners])
    entries = read_entries_by_id(job.target, list({owner.holder for owner in owners}))
    described = [
        (owner, to_owner_file(entry))
        for owner in owners
        if (entry := entries.get(owner.holder))
        and not entry.get("pending")
        and entry.get("document_id") == owner.document_id
    ]
    index.describe(job.target, described)
    # Comparing texts takes numpy, and a run that finds nothing should not wait for it.
    from tasks.stories import unlink

    unlink(job.target, ((hold.document_id, hold.language) for hold in holds))
    return owners


def let_go(job: Job, entries: Iterable[dict[str, Any]]) -> None:
    """Release whatever the paths of these entries hold, since they stand for no page any more."""
    holds = [(entry, list_holds(job.root, entry)) for entry in entries]
    announce_holds(job, holds)
    release(job, [hold for _, held in holds for hold in held], removed=True)


def to_owner_file(entry: dict[str, Any]) -> dict[str, Any]:
    """The `file` object of a document by the ledger's entry of its owner; the ledger knows no encoding."""
    file = to_file_source(File(entry["path"], entry["size"], entry["mtime_ns"]), entry["sha256"], "")
    del file["encoding"]
    return file


def _refer(hold: Hold) -> str:
    return to_reference(hold.language, hold.document_id)
