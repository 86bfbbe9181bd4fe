"""Which documents are held by which files, as the index has it: read in order, and put right by the ledger."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tasks import bulk
from tasks.cluster import Target, check_found, connect, read_sorted, speaking_plainly

Json = dict[str, Any]

_FIELDS: Final = ["document_id", "holders", "paths", "current", "removed_at", "pipeline_version", "file"]

#: Changes nothing when the document is held otherwise than it was seen to be: someone is at work on it.
_CORRECT: Final = """
def holders = ctx._source.holders == null ? [] : ctx._source.holders;
if (!holders.equals(params.seen)) { ctx.op = 'none'; return; }
if (params.delete) { ctx.op = 'delete'; return; }
ctx._source.holders = params.holders;
ctx._source.paths = params.paths;
ctx._source.current = !params.holders.isEmpty();
if (params.holders.isEmpty()) {
  if (ctx._source.removed_at == null) { ctx._source.removed_at = params.moment; }
  return;
}
ctx._source.remove('removed_at');
if (ctx._source.file.hash?.sha256 != params.file.hash.sha256) { ctx._source.file.remove('encoding'); }
ctx._source.file.putAll(params.file);
"""


def read_documents(target: Target, language: str) -> Iterator[Json]:
    """Yield what the audit needs of every document of one index, by document id."""
    yield from read_sorted(target, target.documents(language), {"match_all": {}}, ["document_id"], _FIELDS)


def read_many(target: Target, language: str, ids: list[str]) -> dict[str, Json]:
    """Return the same of some documents by id, as they are at this moment."""
    if not ids:
        return {}
    with speaking_plainly(target):
        found = connect(target).mget(index=target.documents(language), ids=ids, source_includes=_FIELDS)
    return {doc["_id"]: doc["_source"] for doc in check_found(found["docs"])}


def correct(target: Target, corrections: Iterable[tuple[str, str, Json]]) -> list[bool]:
    """Put documents right; returns whether each was changed.

    A correction is the language of the index, the document's id, and the parameters: the holders it was `seen` with,
    its `holders` and their `paths`, the `file` of the owner, the `moment`, and whether to `delete` it.
    """
    operations = [
        bulk.update(
            target.documents(language), identity, {"script": {"source": _CORRECT, "lang": "painless", "params": params}}
        )
        for language, identity, params in corrections
    ]
    return [item.get("result") in ("updated", "deleted") for item in bulk.send(target, operations)]
