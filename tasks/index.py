"""Documents into Elasticsearch: create, claim for a further path, release, move.

A document's id comes from its content, so doing any of this twice changes nothing. `holders` lists the ledger
entries of the files that hold the text, `paths` their paths in the same order; the first owns the document (it
stands under `file.path`), the others are its duplicates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tasks.cluster import Target, connect, is_passing, speaking_plainly
from tasks.errors import Quarantined, Unavailable

#: A bulk request holds at most so many operations or bytes, whichever comes first.
_BULK_OPERATIONS: Final = 500
_BULK_BYTES: Final = 8 * 1024 * 1024

#: A version conflict on an update is tried again so often; two batches may hold copies of one text.
_CONFLICT_RETRIES: Final = 10

_CLAIM: Final = """
if (ctx._source.holders.contains(params.holder) && ctx._source.current) { ctx.op = 'none'; return; }
if (ctx._source.current) {
  ctx._source.holders.add(params.holder);
  ctx._source.paths.add(params.path);
} else {
  ctx._source.current = true;
  ctx._source.remove('removed_at');
  ctx._source.holders = [params.holder];
  ctx._source.paths = [params.path];
  ctx._source.file = params.file;
}
"""

_RELEASE: Final = """
int at = ctx._source.holders.indexOf(params.holder);
if (at < 0) { ctx.op = 'none'; return; }
ctx._source.holders.remove(at);
ctx._source.paths.remove(at);
if (ctx._source.holders.isEmpty()) {
  ctx._source.current = false;
  if (params.removed_at != null) { ctx._source.removed_at = params.removed_at; }
} else if (at == 0) {
  String path = ctx._source.paths[0];
  int slash = path.lastIndexOf('/');
  ctx._source.file.path = path;
  ctx._source.file.name = path.substring(slash + 1);
  ctx._source.file.directory = slash < 0 ? '' : path.substring(0, slash);
}
"""

_MOVE: Final = """
int at = ctx._source.holders.indexOf(params.old);
if (at < 0) {
  if (ctx._source.holders.contains(params.holder)) { ctx.op = 'none'; return; }
  at = ctx._source.holders.size();
  ctx._source.holders.add(params.holder);
  ctx._source.paths.add(params.file.path);
} else {
  ctx._source.holders[at] = params.holder;
  ctx._source.paths[at] = params.file.path;
}
if (at == 0) {
  ctx._source.file.path = params.file.path;
  ctx._source.file.name = params.file.name;
  ctx._source.file.directory = params.file.directory;
}
ctx._source.current = true;
ctx._source.remove('removed_at');
"""


@dataclass(frozen=True, slots=True)
class Record:
    """A finished document on its way into the index of its language."""

    document_id: str
    language: str
    holder: str
    path: str
    source: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a record ended: whether its file owns the document, and the path the document stands under."""

    owned: bool
    path: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A file's hold on a document: what is released when the file changes or goes."""

    holder: str
    document_id: str
    language: str | None


def store(target: Target, records: list[Record]) -> list[Placement | Quarantined]:
    """Store records, in their order, each as a new document or as a further path of the one already there.

    Raises Unavailable when Elasticsearch asks to wait; doing the same again is safe.
    """
    operations = [
        ({"create": {"_index": target.documents(record.language), "_id": record.document_id}}, record.source)
        for record in records
    ]
    results: list[Placement | Quarantined] = []
    present: list[int] = []
    for place, (record, item) in enumerate(zip(records, _bulk(target, operations), strict=True)):
        if item["status"] == 409:
            present.append(place)
        results.append(_place(record, item))
    claims = [_claim(target, records[place]) for place in present]
    for place, item in zip(present, _bulk(target, claims), strict=True):
        results[place] = _place(records[place], item)
    return results


def _claim(target: Target, record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    params = {"holder": record.holder, "path": record.path, "file": record.source["file"]}
    return _update(target, record.language, record.document_id, _CLAIM, params)


def _place(record: Record, item: dict[str, Any]) -> Placement | Quarantined:
    if "error" in item and item["status"] != 409:
        reason = item["error"].get("reason", "no reason given")
        return Quarantined("index", f"Elasticsearch refused the document: {reason}", "Report it with the file.")
    found = item.get("get", {}).get("_source")
    if found is None:
        return Placement(owned=True, path=record.path)
    return Placement(owned=found["holders"][0] == record.holder, path=found["paths"][0])


def release(target: Target, holds: Iterable[Hold], removed_at: str | None = None) -> list[str]:
    """Let files go of their documents; a document that nobody holds is no longer current.

    `removed_at` dates it when the file is gone rather than changed. Returns the holders that now own a document
    in place of the one that let go.
    """
    operations = [
        _update(target, hold.language, hold.document_id, _RELEASE, {"holder": hold.holder, "removed_at": removed_at})
        for hold in holds
    ]
    owners = []
    for item in _bulk(target, operations):
        holders = item.get("get", {}).get("_source", {}).get("holders")
        if item.get("result") == "updated" and holders:
            owners.append(holders[0])
    return owners


def move(target: Target, hold: Hold, holder: str, file: dict[str, Any]) -> bool:
    """Hand a document from a renamed file to `holder`, its new entry; `file` is how the document stores it.

    Returns whether the new entry owns the document.
    """
    params = {"old": hold.holder, "holder": holder, "file": file}
    (item,) = _bulk(target, [_update(target, hold.language, hold.document_id, _MOVE, params)])
    holders = item.get("get", {}).get("_source", {}).get("holders", [holder])
    return bool(holders[0] == holder)


def read_versions(target: Target, holds: list[Hold]) -> dict[str, int]:
    """Return the version numbers of documents by id, as they are at this moment."""
    if not holds:
        return {}
    docs = [{"_index": target.documents(hold.language), "_id": hold.document_id} for hold in holds]
    with speaking_plainly(target):
        found = connect(target).mget(docs=docs, source_includes=["version"])
    return {doc["_id"]: doc["_source"].get("version", 1) for doc in found["docs"] if doc.get("found")}


def refresh(target: Target) -> None:
    """Make everything written so far visible to searches."""
    with speaking_plainly(target):
        connect(target).indices.refresh(index=f"{target.all_documents},{target.files}")


def _update(
    target: Target, language: str | None, document_id: str, script: str, params: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    action = {
        "_index": target.documents(language),
        "_id": document_id,
        "retry_on_conflict": _CONFLICT_RETRIES,
    }
    body = {
        "script": {"source": script, "lang": "painless", "params": params},
        "_source": ["holders", "paths"],
    }
    return {"update": action}, body


def _bulk(target: Target, operations: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Send operations in requests of bounded size and yield the result of each, in order.

    An item that failed for a passing reason raises Unavailable; other failures are the caller's.
    """
    client = connect(target)
    for request in _chunk(operations):
        with speaking_plainly(target):
            answer = client.bulk(operations=request)  # type: ignore[arg-type]  # serialised lines are taken as well
        for item in answer["items"]:
            ((_, result),) = item.items()
            if "error" in result and is_passing(result["status"], result["error"]):
                raise Unavailable(
                    f"Elasticsearch cannot take documents now ({result['error'].get('type')})",
                    "The run tries again by itself; the next one carries on.",
                )
            yield result


def _chunk(operations: list[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[list[bytes]]:
    request: list[bytes] = []
    size = 0
    for operation in operations:
        lines = [orjson.dumps(part) for part in operation]
        weight = sum(map(len, lines))
        if request and (size + weight > _BULK_BYTES or len(request) >= 2 * _BULK_OPERATIONS):
            yield request
            request, size = [], 0
        request.extend(lines)
        size += weight
    if request:
        yield request
