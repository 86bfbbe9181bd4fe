"""Names found anew in stored documents, by the gazetteer of today: no file is read again, nothing else changes.

A document that was made again meanwhile is left as it is; whoever made it had this gazetteer or a later one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tasks import bulk
from tasks.cluster import INDEX_LANGUAGES, Target, connect, read_sorted, speaking_plainly
from tasks.document import Article
from tasks.enrich.keyphrases import find_keyphrases
from tasks.enrich.names import find_names
from tasks.source import to_entities

Json = dict[str, Any]

#: Documents held in memory at a time; each has its whole text.
_PAGE: Final = 200

#: What `to_entities` makes, and the phrases, which go round the names.
_FOUND: Final = (
    *("people", "places", "organizations", "entity_ids", "names", "entity_mentions", "location"),
    "keyphrases",
)
_READ: Final = ["document_id", "title", "body", "language", "event.ingested", *_FOUND]

_CHANGE: Final = """
if (ctx._source.event.ingested != params.ingested) { ctx.op = 'none'; return; }
ctx._source.putAll(params.found);
"""


@dataclass(frozen=True, slots=True)
class Recognized:
    """How many documents were looked at, and how many had other names than before."""

    documents: int
    changed: int


def count_documents(target: Target) -> int:
    """Count the stored documents, every version of them."""
    with speaking_plainly(target):
        return int(connect(target).count(index=target.all_documents)["count"])


def recognize(target: Target, report: Callable[[int], None] = lambda _: None) -> Recognized:
    """Find the names of every stored document anew, older versions included; `report` hears how many are done.

    Doing it again changes nothing. Raises Unavailable; what was done until then stays.
    """
    documents = changed = 0
    for language in INDEX_LANGUAGES:
        alias = target.documents(language)
        stored = read_sorted(target, alias, {"match_all": {}}, ["document_id"], _READ, page=_PAGE)
        for page in bulk.divide(stored, _PAGE):
            operations = [_change(alias, source, found) for source in page if (found := find_changes(source))]
            results = list(bulk.send(target, operations))
            for result in results:
                if "error" in result and result["status"] != 404:
                    raise RuntimeError(f"Elasticsearch refused new names: {result['error']}")
            documents += len(page)
            changed += sum(result.get("result") == "updated" for result in results)
            report(documents)
    return Recognized(documents, changed)


def find_changes(source: Json) -> Json:
    """Return the fields of a stored document that are others by the gazetteer of today; none when all are the same."""
    text = Article(source.get("title") or "", source.get("body") or "").text
    language = source.get("language") or "und"
    mentions = find_names(text, language)
    # As it comes back from the index: lists for tuples.
    found: Json = orjson.loads(orjson.dumps(to_entities(mentions)))
    changed = {name: value for name, value in found.items() if value != source.get(name)}
    if "entity_mentions" in changed:
        phrases = list(find_keyphrases(text, language, [mention.offset for mention in mentions]))
        changed |= {"keyphrases": phrases} if phrases != source.get("keyphrases") else {}
    return changed


def _change(alias: str, source: Json, found: Json) -> bulk.Operation:
    params = {"ingested": source["event"]["ingested"], "found": found}
    script = {"source": _CHANGE, "lang": "painless", "params": params}
    return bulk.update(alias, source["document_id"], {"script": script})
