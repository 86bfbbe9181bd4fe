"""Documents made again in place: other contents under the same id, with the same holders and the same history."""

from collections.abc import Iterable
from typing import Any, Final

from tasks import bulk
from tasks.cluster import Target, check_found, connect, index_language, speaking_plainly
from tasks.index import Hold, Record

#: What a document keeps when it is made again: it says who holds it and where it stands among others.
_KEPT: Final = [
    "document_id",
    "holders",
    "paths",
    "file",
    "current",
    "removed_at",
    "version",
    "previous_id",
    "story_id",
    "copy_of",
    "copies",
]

#: A duplicate does not undo what the owner, whose file dates the document, has done already.
_RENEW: Final = """
def owner = !ctx._source.holders.isEmpty() && ctx._source.holders[0] == params.holder;
if (!owner && ctx._source.pipeline_version == params.source.pipeline_version) { ctx.op = 'none'; return; }
for (def name : new ArrayList(ctx._source.keySet())) {
  if (!params.kept.contains(name)) { ctx._source.remove(name); }
}
for (def field : params.source.entrySet()) {
  if (!ctx._source.containsKey(field.getKey())) { ctx._source[field.getKey()] = field.getValue(); }
}
if (owner) { ctx._source.file = params.source.file; }
"""

_DISCARD: Final = "ctx.op = ctx._source.holders.isEmpty() ? 'delete' : 'none';"


def renew(target: Target, records: Iterable[Record]) -> None:
    """Give stored documents the contents of these records; holders, owner, versions and story stay."""
    operations = [
        _update(
            target,
            record.language,
            record.document_id,
            {"source": _RENEW, "params": {"holder": record.holder, "source": record.source, "kept": _KEPT}},
        )
        for record in records
    ]
    _send(target, operations)


def inherit(target: Target, moves: list[tuple[Hold, Record]]) -> None:
    """Give records that go to another index than before the history of the documents they take the place of."""
    if not moves:
        return
    docs = [{"_index": target.documents(index_language(hold.language)), "_id": hold.document_id} for hold, _ in moves]
    history = [name for name in _KEPT if name not in ("document_id", "holders", "paths", "file", "current")]
    with speaking_plainly(target):
        found = connect(target).mget(docs=docs, source_includes=history)
    former = {doc["_id"]: doc["_source"] for doc in check_found(found["docs"])}
    for _, record in moves:
        kept = former.get(record.document_id, {})
        record.source.update({name: value for name, value in kept.items() if name != "removed_at"})


def discard(target: Target, holds: Iterable[Hold]) -> None:
    """Delete documents that nobody holds any more, since they stand in another index now."""
    _send(target, [_update(target, hold.language, hold.document_id, {"source": _DISCARD}) for hold in holds])


def _update(target: Target, language: str | None, document_id: str, script: dict[str, Any]) -> bulk.Operation:
    return bulk.update(target.documents(index_language(language)), document_id, {"script": script})


def _send(target: Target, operations: list[bulk.Operation]) -> None:
    for item in bulk.send(target, operations):
        if "error" in item and item["status"] != 404:
            raise RuntimeError(f"Elasticsearch refused to make a document again: {item['error']}")
