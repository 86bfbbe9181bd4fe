"""One document and what belongs to it: its versions, its copies, its files' stories, why a search finds it."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from daftar.search.highlights import MENTIONS, build_highlight, complete_marks
from daftar.search.labels import TEXT, TIME, TITLE
from daftar.search.query import WORD_FIELDS, join_liked, match_sound
from daftar.search.syntax import Term, list_sought, read_search
from tasks.cluster import Target, connect, speaking_plainly
from tasks.document import Article
from tasks.enrich.differences import diff

Json = dict[str, Any]

#: Older versions, copies, files and explained words that are looked up; a chain of more is cut.
VERSIONS: Final = 50
COPIES: Final = 50
HOLDERS: Final = 100
WORDS: Final = 12

_PATIENCE: Final = 15
_SUMMARY: Final = [
    *("document_id", "title", "language", "version", "previous_id", "current", TIME, "published", "published_method"),
    *("removed_at", "event.ingested", "file.path", "copy_of", "word_count"),
]

#: How a word may have been found, the plainest way first, and the fields of each way.
WAYS: Final = (
    ("exact", {TITLE: "title.exact", TEXT: "body.exact"}),
    ("precise", {TITLE: "title", TEXT: "body"}),
    ("stem", {TITLE: "title.stem", TEXT: "body.stem"}),
    ("restored", {TEXT: "restored"}),
)
#: How a word may have been found as a name; names have no place in the text.
NAME_WAYS: Final = ("names", "sound")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a word of the search counts: the way it was found (of `WAYS` or `NAME_WAYS`), and where.

    `way` is empty when the word is not in the document; `field` is `title`, `body` or empty.
    """

    word: str
    way: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What a search finds in a document: title and text with marks (empty where none is), the reasons by word."""

    title: str = ""
    body: str = ""
    reasons: tuple[Reason, ...] = ()


def read_document(target: Target, document_id: str) -> Json | None:
    """Return a document as it is stored, the current one of its versions in several indices; None if there is none."""
    order = [{"current": "desc"}, {"event.ingested": {"order": "desc", "missing": "_last"}}]
    found = _search(target, {"term": {"document_id": document_id}}, size=1, sort=order)
    return found[0] if found else None


def list_versions(target: Target, document: Json) -> list[Json]:
    """Return the versions of a document's file that led to it and came after it, the newest first, itself included."""
    older: list[Json] = []
    seen = {document["document_id"]}
    wanted = document.get("previous_id")
    while wanted and wanted not in seen and len(older) < VERSIONS:
        found = _search(target, {"term": {"document_id": wanted}}, size=1, source_includes=_SUMMARY)
        if not found:
            break
        seen.add(wanted)
        older.append(found[0])
        wanted = found[0].get("previous_id")
    newer: list[Json] = []
    last = document["document_id"]
    while len(newer) < VERSIONS:
        query: Json = {"bool": {"filter": [{"term": {"previous_id": last}}]}}
        found = _search(
            target, query, size=1, sort=[{"current": "desc"}, {"version": "desc"}], source_includes=_SUMMARY
        )
        if not found or found[0]["document_id"] in seen:
            break
        last = found[0]["document_id"]
        seen.add(last)
        newer.append(found[0])
    return [*reversed(newer), document, *older]


def list_copies(target: Target, document: Json) -> list[Json]:
    """Return the current documents with nearly the same text, the oldest first: copies, and what it is a copy of."""
    own = document["document_id"]
    first = document.get("copy_of") or own
    same = [{"term": {"copy_of": first}}, {"term": {"document_id": first}}, {"term": {"copy_of": own}}]
    filters: list[Json] = [{"term": {"current": True}}, {"bool": {"should": same}}]
    query: Json = {"bool": {"filter": filters, "must_not": [{"term": {"document_id": own}}]}}
    order = [{TIME: "asc"}, {"document_id": "asc"}]
    return _search(target, query, size=COPIES, sort=order, source_includes=_SUMMARY)


def compare_copies(target: Target, document_id: str) -> list[Json]:
    """Return the copies of a document, each with what has to change for the document's words to become its.

    Offsets count in the display text. An empty list when there is no such document.
    """
    document = read_document(target, document_id)
    if document is None:
        return []
    compared = []
    for copy in list_copies(target, document):
        other = read_document(target, copy["document_id"])
        if other is not None:
            differences = [asdict(difference) for difference in diff(read_text(document), read_text(other))]
            facts = {"document_id": other["document_id"], "path": other["file"]["path"], "title": other["title"]}
            compared.append({**facts, "differences": differences})
    return compared


def read_text(document: Json) -> str:
    """Return the display text of a stored document: its title, a blank line, its body."""
    return Article(document.get("title") or "", document.get("body") or "").text


def list_events(target: Target, document: Json) -> list[Json]:
    """Return the story of the document's files from the ledger, in order of time, each with the file's path."""
    holders = (document.get("holders") or [])[:HOLDERS]
    if not holders:
        return []
    with speaking_plainly(target):
        client = connect(target).options(request_timeout=_PATIENCE)
        found = client.mget(index=target.files, ids=holders, source_includes=["path", "events"])
    entries = [entry["_source"] for entry in found["docs"] if entry.get("found")]
    events = [{**event, "path": entry["path"]} for entry in entries for event in entry.get("events") or []]
    return sorted(events, key=lambda event: str(event.get("time", "")))


def _search(target: Target, query: Json, **options: Any) -> list[Json]:
    with speaking_plainly(target):
        client = connect(target).options(request_timeout=_PATIENCE)
        found = client.search(
            index=target.all_documents,
            query=query,
            allow_partial_search_results=False,
            track_total_hits=False,
            **options,
        )
    return [hit["_source"] for hit in found["hits"]["hits"]]


def find_match(target: Target, document: Json, text: str, marks: tuple[str, str]) -> Match:
    """Say why a search text finds a document, word by word, and mark its words in title and text.

    `marks` is what to put before and after a marked word. The document may be an old version.
    """
    words = list_sought(text)[:WORDS]
    sound = match_sound(join_liked(read_search(text)))
    found: list[Json] = [*(_find_anywhere(word) for word in words), *filter(None, [sound])]
    body: Json = {
        "query": {"bool": {"filter": [{"term": {"document_id": document["document_id"]}}], "should": found}},
        "aggs": {f"{place}": {"filters": {"filters": _name_ways(word, sound)}} for place, word in enumerate(words)},
        "highlight": build_highlight({"bool": {"should": found}}, fragments=0, tags=marks),
    }
    if not words:
        return Match()
    with speaking_plainly(target):
        client = connect(target).options(request_timeout=_PATIENCE)
        answer = client.search(index=target.all_documents, size=1, source_includes=[MENTIONS], **body)
    hits = answer["hits"]["hits"]
    complete_marks(target, hits, body, text)
    marked = hits[0].get("highlight", {}) if hits else {}
    reasons = tuple(
        _read_reason(word, answer["aggregations"][str(place)]["buckets"]) for place, word in enumerate(words)
    )
    title, text_marked = (str(next(iter(marked.get(field, [])), "")) for field in (TITLE, TEXT))
    return Match(title, text_marked, reasons)


def _find_anywhere(word: Term) -> Json:
    kind = {"type": "phrase"} if word.phrase else {}
    fields = [TITLE, TEXT, "names"] if word.phrase else [*WORD_FIELDS, "names"]
    return {"multi_match": {"query": word.text, "fields": fields, **kind}}


def _name_ways(word: Term, sound: Json | None) -> Json:
    """Name a query for every way; by its sound no word is found that is not part of a whole name found so."""
    kind = "match_phrase" if word.phrase else "match"
    ways = {f"{way}.{field}": {kind: {place: word.text}} for way, fields in WAYS for field, place in fields.items()}
    name = {"match_phrase": {"names": word.text}}
    part = {"match_phrase": {"names.skeleton": word.text}}
    return ways | {"names.": name, "sound.": {"bool": {"must": [sound, part]}} if sound else {"match_none": {}}}


def _read_reason(word: Term, buckets: Json) -> Reason:
    for way, fields in WAYS:
        for field in fields:
            if buckets[f"{way}.{field}"]["doc_count"]:
                return Reason(word.text, way, field)
    for way in NAME_WAYS:
        if buckets[f"{way}."]["doc_count"]:
            return Reason(word.text, way)
    return Reason(word.text)
