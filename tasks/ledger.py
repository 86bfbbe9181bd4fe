"""The ledger: one entry a path that says where the file stands and what happened to it, step by step.

The entries live in Elasticsearch beside the documents, so that whoever can search can also see what is missing.
An entry is written only after its document, never with it: the items of one bulk request go to several shards
at once, and an entry must not say `indexed` of a document that was refused. What a run is about to do to
documents is announced in the entry before (`pending`); the final entry has no `pending`. A run that was killed
leaves it there, and the next run takes such a file again, whatever its size and time, and lets go of every
document that is not the file's present one.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tasks import bulk
from tasks.cluster import (
    INDEX_LANGUAGES,
    Target,
    check_found,
    connect,
    index_language,
    read_sorted,
    speaking_plainly,
)
from tasks.document import File
from tasks.outcome import Kind, Outcome, Status
from tasks.scan import Known

#: The last events of a file that its entry keeps; older ones are dropped.
EVENTS_KEPT: Final = 100

_SCAN_FIELDS: Final = [
    "path", "size", "mtime_ns", "status", "sha256", "document_id", "language", "pending", "step", "attempts",
]  # fmt: skip
_HOLDING_FIELDS: Final = ["root", *_SCAN_FIELDS]
_FAILURE_FIELDS: Final = ["path", "step", "reason", "advice", "attempts", "changed", "run_id"]

_MARK: Final = """
if (ctx._source.status != params.from || ctx._source.document_id != params.document_id) {
  ctx.op = 'none';
  return;
}
ctx._source.status = params.to;
ctx._source.reason = params.reason;
ctx._source.events.add(params.event);
if (ctx._source.events.size() > params.kept) { ctx._source.events.remove(0); }
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a file's story: when, in which run, which step, how it ended, and why if it did not go on."""

    time: str
    run_id: str
    step: str
    outcome: str
    reason: str = ""
    advice: str = ""

    def to_source(self) -> dict[str, str]:
        """The event as the ledger stores it; empty fields are left out."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


def now() -> str:
    """The present moment in ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def entry_id(root: str, path: str) -> str:
    """The id of the entry of `path` (encoded, relative) in the folder `root`."""
    return hashlib.sha256(f"{root}\0{path}".encode()).hexdigest()[:32]


def read_ledger(target: Target, root: str) -> Iterator[Known]:
    """Yield every entry of a folder in path order, as it stood when the first was asked for."""
    for source in read_sorted(target, target.files, {"term": {"root": root}}, ["path"], _SCAN_FIELDS):
        yield _to_known(source)


def read_quarantined(target: Target, root: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of a folder's files in quarantine, in path order, without their stories."""
    query = {"bool": {"filter": [{"term": {"root": root}}, {"term": {"status": Status.QUARANTINED.value}}]}}
    return read_sorted(target, target.files, query, ["path"], _FAILURE_FIELDS)


def read_holding(target: Target, ids: list[str] | None, language: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield the entries of all folders that stand for documents, by document id.

    `ids` asks for those of some documents, `language` for those whose documents are in that language's index.
    """
    query: dict[str, Any] = {"filter": [{"terms": {"status": [Status.INDEXED.value, Status.DUPLICATE.value]}}]}
    if ids is not None:
        query["filter"].append({"terms": {"document_id": ids}})
    if language == index_language(None):
        query["must_not"] = [{"terms": {"language": [name for name in INDEX_LANGUAGES if name != language]}}]
    elif language is not None:
        query["filter"].append({"term": {"language": language}})
    yield from read_sorted(target, target.files, {"bool": query}, ["document_id", "root", "path"], _HOLDING_FIELDS)


def _to_known(source: dict[str, Any]) -> Known:
    return Known(
        path=source["path"],
        size=source.get("size", -1),
        mtime_ns=source.get("mtime_ns", -1),
        status=Status(source["status"]),
        sha256=source.get("sha256"),
        document_id=source.get("document_id"),
        language=source.get("language"),
        pending=tuple(source.get("pending", ())),
        step=source.get("step"),
        attempts=source.get("attempts", 0),
    )


def read_entries(target: Target, root: str, paths: list[str]) -> dict[str, dict[str, Any]]:
    """Return the whole entries of some paths, as they are at this moment; paths without one are not in it."""
    entries = read_entries_by_id(target, [entry_id(root, path) for path in paths])
    return {entry["path"]: entry for entry in entries.values()}


def read_entries_by_id(target: Target, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Return whole entries by their ids, of whatever folder; those that are not there are not in it."""
    if not ids:
        return {}
    with speaking_plainly(target):
        found = connect(target).mget(index=target.files, ids=ids)
    return {doc["_id"]: doc["_source"] for doc in check_found(found["docs"])}


def sum_statuses(target: Target, root: str) -> dict[str, int]:
    """Count a folder's entries by status, `removed` among them."""
    with speaking_plainly(target):
        found = connect(target).search(
            index=target.files,
            size=0,
            query={"term": {"root": root}},
            aggs={"status": {"terms": {"field": "status", "size": len(Status)}}},
        )
    counted = {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"]["status"]["buckets"]}
    return {status.value: counted.get(status.value, 0) for status in Status}


def to_entry(
    root: str,
    outcome: Outcome,
    status: Status,
    known: dict[str, Any] | None,
    events: Iterable[Event],
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Build the entry of a path after a run, from what it was (`known`) and what the run found out."""
    moment = now()
    known = known or {}
    story = [*known.get("events", ()), *(event.to_source() for event in events)]
    run_id = story[-1]["run_id"] if story else known.get("run_id")
    same_form = all(known.get(name) == facts.get(name) for name in ("size", "mtime_ns"))
    # What a file is a copy of is found once, and holds while it is read or renamed.
    twin = status is Status.DUPLICATE and known.get("status") == Status.DUPLICATE
    unfinished = {"pending": known["pending"]} if status is Status.WAITING and known.get("pending") else {}
    return {
        **{name: known[name] for name in ("sha256", "document_id", "language") if name in known},
        **facts,
        **unfinished,
        "path": outcome.path,
        "root": root,
        "status": status.value,
        "step": outcome.step or None,
        "reason": outcome.reason or (known.get("reason") if twin else None),
        "advice": outcome.advice or None,
        "attempts": (known.get("attempts", 0) if same_form else 0) + 1,
        "first_seen": known.get("first_seen", moment),
        "changed": moment,
        "run_id": run_id,
        "events": story[-EVENTS_KEPT:],
    }


def begin(root: str, file: File) -> dict[str, Any]:
    """Build the first entry of a file that a run has begun with; it stands if that run does not come to its end."""
    outcome = Outcome(file.path, Kind.WAITING, step="scan", reason="a run that began with it did not end")
    return to_entry(root, outcome, Status.WAITING, None, [], {"size": file.size, "mtime_ns": file.mtime_ns})


def announce(target: Target, intents: Iterable[tuple[dict[str, Any], list[str]]]) -> None:
    """Write down, before it is done, which documents some paths are about to take up or let go.

    An intent is the entry of a path, and references to the documents (`to_reference`). An entry that is there
    stays as it is but for `pending`; one that is not is written as given. Raises Unavailable.
    """
    operations = (
        bulk.update(
            target.files,
            entry_id(entry["root"], entry["path"]),
            {"doc": {"pending": references}, "upsert": {**entry, "pending": references}},
        )
        for entry, references in intents
    )
    _send(target, operations)


def to_reference(language: str | None, document_id: str) -> str:
    """Name a document for `pending`: `to_reference("fa", "3f…") == "fa/3f…"`."""
    return f"{language or ''}/{document_id}"


def write_entries(target: Target, entries: Iterable[dict[str, Any]]) -> None:
    """Write whole entries, replacing those there. Raises Unavailable when one was refused."""
    _send(target, (bulk.replace(target.files, entry_id(entry["root"], entry["path"]), entry) for entry in entries))


def mark_owners(target: Target, run_id: str, owners: Iterable[tuple[str, str]]) -> None:
    """Make entries the owners of their documents: `duplicate` becomes `indexed`.

    An owner is the entry's id and the document's. An entry that is not there yet, or stands for another document
    by now, is left alone.
    """
    event = Event(now(), run_id, "index", Status.INDEXED, "the file that had this text before no longer has it")
    _send(target, (_mark(target, holder, document_id, event, None) for holder, document_id in owners))


def mark_duplicates(target: Target, run_id: str, duplicates: Iterable[tuple[str, str, str]]) -> None:
    """The reverse: `indexed` becomes `duplicate`, for entries given with the document's id and its owner's path."""
    operations = []
    for holder, document_id, path in duplicates:
        reason = f"the same text as {path}"
        event = Event(now(), run_id, "index", Status.DUPLICATE, reason)
        operations.append(_mark(target, holder, document_id, event, reason))
    _send(target, operations)


def _mark(target: Target, holder: str, document_id: str, event: Event, reason: str | None) -> bulk.Operation:
    statuses = (Status.INDEXED.value, Status.DUPLICATE.value)
    params = {
        "from": statuses[event.outcome == Status.INDEXED],
        "to": event.outcome,
        "document_id": document_id,
        "reason": reason,
        "event": event.to_source(),
        "kept": EVENTS_KEPT,
    }
    return bulk.update(target.files, holder, {"script": {"source": _MARK, "lang": "painless", "params": params}})


def _send(target: Target, operations: Iterable[bulk.Operation]) -> None:
    for item in bulk.send(target, operations):
        if "error" in item and item["status"] != 404:
            raise RuntimeError(f"The ledger refused an entry: {item['error']}")
