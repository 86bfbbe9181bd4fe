"""Documents into Elasticsearch: create, claim for a further path, release, move.

A document's id comes from its content, so doing any of this twice changes nothing. `holders` lists the ledger
entries of the files that hold the text, `paths` their paths in the same order; the first owns the document (it
stands under `file.path`), the others are its duplicates.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tasks import bulk
from tasks.cluster import Target, check_found, connect, index_language, speaking_plainly
from tasks.errors import Quarantined, Unavailable

#: A document of more bytes than this is refused. Measured on a heap of 512 MB, text without a repeated word:
#: 5 MiB take 22 s, 8 MiB 42 s, and 10 MiB end the node. A long news page has 0.1 MiB.
DOCUMENT_LIMIT: Final = 5 * 1024 * 1024

_CLAIM: Final = """
int at = ctx._source.holders.indexOf(params.holder);
if (!ctx._source.current) {
  ctx._source.current = true;
  ctx._source.remove('removed_at');
  ctx._source.holders = [params.holder];
  ctx._source.paths = [params.path];
  ctx._source.file = params.file;
  if (params.previous_id != null) {
    ctx._source.previous_id = params.previous_id;
    ctx._source.version = params.version;
  }
} else if (at < 0) {
  ctx._source.holders.add(params.holder);
  ctx._source.paths.add(params.path);
} else if (at == 0 && !ctx._source.file.equals(params.file)) {
  ctx._source.file = params.file;
} else {
  ctx.op = 'none';
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

_DESCRIBE: Final = """
if (ctx._source.holders.indexOf(params.holder) != 0) { ctx.op = 'none'; return; }
if (ctx._source.file.hash?.sha256 != params.file.hash.sha256) { ctx._source.file.remove('encoding'); }
ctx._source.file.putAll(params.file);
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

    def is_same(self, other: "Hold") -> bool:
        """Whether both are the same file's hold on the same document; languages may share an index."""
        mine, theirs = ((hold.holder, hold.document_id, index_language(hold.language)) for hold in (self, other))
        return mine == theirs


def store(target: Target, records: list[Record]) -> list[Placement | Quarantined]:
    """Store records, in their order, each as a new document or as a further path of the one already there.

    Raises Unavailable when Elasticsearch asks to wait; doing the same again is safe.
    """
    results: dict[int, Placement | Quarantined] = {}
    sent: list[int] = []
    operations = []
    for place, record in enumerate(records):
        size = len(orjson.dumps(record.source))
        if size > DOCUMENT_LIMIT:
            results[place] = _refuse(size)
            continue
        sent.append(place)
        operations.append(bulk.create(target.documents(record.language), record.document_id, record.source))
    present: list[int] = []
    for place, item in zip(sent, bulk.send(target, operations), strict=True):
        if item["status"] == 409:
            present.append(place)
        results[place] = _place(records[place], item)
    claims = [_claim(target, records[place]) for place in present]
    for place, item in zip(present, bulk.send(target, claims), strict=True):
        if item["status"] == 404:
            raise Unavailable("A document was deleted while it was claimed", "The run tries again by itself.")
        results[place] = _place(records[place], item)
    return [results[place] for place in range(len(records))]


def _refuse(size: int) -> Quarantined:
    return Quarantined(
        "index",
        f"the document has {size / 2**20:.1f} MiB; a node of usual size takes {DOCUMENT_LIMIT / 2**20:.0f} MiB at once",
        "Split the file into its articles.",
    )


def _claim(target: Target, record: Record) -> bulk.Operation:
    params = {"holder": record.holder, "path": record.path, "file": record.source["file"]}
    params |= {name: record.source[name] for name in ("previous_id", "version") if name in record.source}
    return _update(target, record.language, record.document_id, _CLAIM, params)


def _place(record: Record, item: dict[str, Any]) -> Placement | Quarantined:
    if "error" in item and item["status"] != 409:
        reason = item["error"].get("reason", "no reason given")
        return Quarantined("index", f"Elasticsearch refused the document: {reason}", "Report it with the file.")
    found = item.get("get", {}).get("_source")
    if found is None:
        return Placement(owned=True, path=record.path)
    return Placement(owned=found["holders"][0] == record.holder, path=found["paths"][0])


def release(target: Target, holds: Iterable[Hold], removed_at: str | None = None) -> list[Hold]:
    """Let files go of their documents; a document that nobody holds is no longer current.

    `removed_at` dates it when the file is gone rather than changed. Returns who owns the documents now, whether
    this call made them owners or an earlier one that did not come to its end.
    """
    holds = list(holds)
    operations = [
        _update(target, hold.language, hold.document_id, _RELEASE, {"holder": hold.holder, "removed_at": removed_at})
        for hold in holds
    ]
    owners = []
    for hold, item in zip(holds, bulk.send(target, operations), strict=True):
        holders = _holders(item)
        if holders:
            owners.append(Hold(holders[0], hold.document_id, hold.language))
    return owners


def move(target: Target, moves: list[tuple[Hold, str, dict[str, Any]]]) -> list[bool]:
    """Hand documents from renamed files to their new entries; returns which of these own their document.

    A move is the old file's hold, the new entry's id, and the new file as documents store it.
    """
    operations = [
        _update(target, hold.language, hold.document_id, _MOVE, {"old": hold.holder, "holder": holder, "file": file})
        for hold, holder, file in moves
    ]
    items = bulk.send(target, operations)
    return [_holders(item)[:1] in ([], [holder]) for (_, holder, _), item in zip(moves, items, strict=True)]


def describe(target: Target, owners: Iterable[tuple[Hold, dict[str, Any]]]) -> None:
    """Give documents the file facts of their present owners; whoever no longer owns one changes nothing."""
    operations = [
        _update(target, hold.language, hold.document_id, _DESCRIBE, {"holder": hold.holder, "file": file})
        for hold, file in owners
    ]
    for item in bulk.send(target, operations):
        _holders(item)


def read_versions(target: Target, holds: list[Hold]) -> dict[str, int]:
    """Return the version numbers of documents by id, as they are at this moment."""
    return {identity: source.get("version", 1) for identity, source in _read(target, holds, "version").items()}


def read_owners(target: Target, holds: list[Hold]) -> dict[str, str]:
    """Return the holders that own documents, by the documents' ids, as they are at this moment."""
    found = _read(target, holds, "holders")
    return {identity: source["holders"][0] for identity, source in found.items() if source.get("holders")}


def _read(target: Target, holds: list[Hold], name: str) -> dict[str, dict[str, Any]]:
    if not holds:
        return {}
    docs = [{"_index": target.documents(index_language(hold.language)), "_id": hold.document_id} for hold in holds]
    with speaking_plainly(target):
        found = connect(target).mget(docs=docs, source_includes=[name])
    return {doc["_id"]: doc["_source"] for doc in check_found(found["docs"])}


def refresh(target: Target) -> None:
    """Make everything written so far visible to searches."""
    with speaking_plainly(target):
        connect(target).indices.refresh(index=f"{target.all_documents},{target.files}")


def _update(
    target: Target, language: str | None, document_id: str, script: str, params: dict[str, Any]
) -> bulk.Operation:
    body = {
        "script": {"source": script, "lang": "painless", "params": params},
        "_source": ["holders", "paths"],
    }
    return bulk.update(target.documents(index_language(language)), document_id, body)


def _holders(item: dict[str, Any]) -> list[str]:
    """The holders after an update, the owner first; none when the document is not there."""
    if "error" in item and item["status"] != 404:
        raise RuntimeError(f"Elasticsearch refused to change a document: {item['error']}")
    return list(item.get("get", {}).get("_source", {}).get("holders", ()))
