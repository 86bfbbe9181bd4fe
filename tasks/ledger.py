"""The ledger: one entry a path that says where the file stands and what happened to it, step by step.

The entries live in Elasticsearch beside the documents, so that whoever can search can also see what is missing.
An entry is written only after its document, never with it: the items of one bulk request go to several shards
at once, and an entry must not say `indexed` of a document that was refused.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from elasticsearch.helpers import streaming_bulk

from tasks.cluster import Target, connect, is_passing, speaking_plainly
from tasks.errors import Unavailable
from tasks.outcome import Outcome, Status
from tasks.scan import Known

#: The last events of a file that its entry keeps; older ones are dropped.
EVENTS_KEPT: Final = 100

_PAGE: Final = 5_000
_SCAN_FIELDS: Final = ["path", "size", "mtime_ns", "status", "sha256", "document_id", "language"]


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
    """Yield every entry of a folder in path order, as it stood when the first was asked for.

    A page at a time, from one point in time: what a run writes meanwhile does not disturb it.
    """
    client = connect(target)
    with speaking_plainly(target):
        client.indices.refresh(index=target.files)
        pit = client.open_point_in_time(index=target.files, keep_alive="5m")["id"]
        after: list[Any] | None = None
        try:
            while True:
                found = client.search(
                    pit={"id": pit, "keep_alive": "5m"},
                    query={"term": {"root": root}},
                    sort=[{"path": "asc"}],
                    size=_PAGE,
                    source_includes=_SCAN_FIELDS,
                    search_after=after,
                    track_total_hits=False,
                )
                pit = found["pit_id"]
                hits = found["hits"]["hits"]
                for hit in hits:
                    yield _to_known(hit["_source"])
                if len(hits) < _PAGE:
                    return
                after = hits[-1]["sort"]
        finally:
            client.close_point_in_time(id=pit)


def _to_known(source: dict[str, Any]) -> Known:
    return Known(
        path=source["path"],
        size=source.get("size", -1),
        mtime_ns=source.get("mtime_ns", -1),
        status=Status(source["status"]),
        sha256=source.get("sha256"),
        document_id=source.get("document_id"),
        language=source.get("language"),
    )


def read_entries(target: Target, root: str, paths: list[str]) -> dict[str, dict[str, Any]]:
    """Return the whole entries of some paths, as they are at this moment; paths without one are not in it."""
    if not paths:
        return {}
    with speaking_plainly(target):
        found = connect(target).mget(index=target.files, ids=[entry_id(root, path) for path in paths])
    return {doc["_source"]["path"]: doc["_source"] for doc in found["docs"] if doc.get("found")}


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
    return {
        **{name: known[name] for name in ("sha256", "document_id", "language") if name in known},
        **facts,
        "path": outcome.path,
        "root": root,
        "status": status.value,
        "step": outcome.step or None,
        "reason": outcome.reason or None,
        "advice": outcome.advice or None,
        "attempts": known.get("attempts", 0) + 1,
        "first_seen": known.get("first_seen", moment),
        "changed": moment,
        "run_id": run_id,
        "events": story[-EVENTS_KEPT:],
    }


def write_entries(target: Target, entries: Iterable[dict[str, Any]]) -> None:
    """Write whole entries, replacing those there. Raises Unavailable when one was refused."""
    actions = (
        {"_op_type": "index", "_id": entry_id(entry["root"], entry["path"]), "_source": entry} for entry in entries
    )
    _write(target, actions)


def mark_owners(target: Target, ids: Iterable[str]) -> None:
    """Make the entries of these ids the owners of their documents (`duplicate` becomes `indexed`)."""
    actions = ({"_op_type": "update", "_id": holder, "doc": {"status": Status.INDEXED.value}} for holder in ids)
    _write(target, actions)


def _write(target: Target, actions: Iterable[dict[str, Any]]) -> None:
    with speaking_plainly(target):
        for ok, item in streaming_bulk(
            connect(target), actions, index=target.files, raise_on_error=False, max_retries=3
        ):
            if ok:
                continue
            ((_, result),) = item.items()
            if is_passing(result.get("status", 0), result.get("error")):
                raise Unavailable("Elasticsearch refused a ledger entry for now", "The next run carries on.")
            raise RuntimeError(f"The ledger refused an entry: {result.get('error')}")
