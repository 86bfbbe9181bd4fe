"""One page of results from Elasticsearch: documents, counts, and what comes before and after."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from daftar.search.facets import (
    Bar,
    Bucket,
    build_aggregations,
    build_originals,
    filter_all,
    filter_results,
    name_stories,
    read_facets,
    read_histogram,
)
from daftar.search.highlights import CLOSE, MENTIONS, OPEN, build_highlight, complete_marks
from daftar.search.query import build_marking, build_query, build_suggestion
from daftar.web.paging import build_sort, write_token
from daftar.web.parameters import Asked
from tasks.cluster import Target, connect, speaking_plainly

Json = dict[str, Any]

#: Documents a page shows.
PAGE: Final = 20
#: Documents a feed has.
FEED: Final = 50
#: Documents an export fetches at a time, and how long Elasticsearch keeps its point in time between two.
EXPORT_PAGE: Final = 500
_KEPT: Final = "2m"
#: Seconds one search may take; a page that waits longer is no page.
PATIENCE: Final = 15

#: Characters of a text's beginning that stand for it where no word of it is marked.
_BEGINNING: Final = 220

_SHOWN: Final = [
    *("document_id", "title", "language", "published", "published_method", "@timestamp"),
    *("file.path", "file.directory", "copies", "copy_of", "event.ingested", "word_count", MENTIONS),
]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of results. `hits` are Elasticsearch's, `first` counts from 1; tokens are empty at either end."""

    total: int
    hits: list[Json]
    first: int
    after: str = ""
    before: str = ""
    facets: dict[str, list[Bucket]] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    suggestion: str = ""


def find_listing(target: Target, asked: Asked) -> Listing:
    """Ask for the page of results that an address means.

    Raises Unavailable when Elasticsearch does not answer in time.
    """
    body = build_request(asked, size=PAGE + 1) | {"aggs": build_aggregations(asked.narrowing)}
    backwards = asked.before is not None
    position = asked.before or asked.after
    if position is not None:
        body |= {"search_after": list(position), "sort": build_sort(asked.sorting, backwards=backwards)}
    answer = _ask(target, body)
    total = int(answer["hits"]["total"]["value"])
    found = answer["hits"]["hits"]
    hits = found[:PAGE]
    complete_marks(target, hits, body, asked.text)
    more = len(found) > PAGE
    if backwards:
        hits.reverse()
    first = _count_first(asked, len(hits), backwards=backwards, more=more)
    return Listing(
        total=total,
        hits=hits,
        first=first,
        after=write_token(hits[-1]["sort"]) if hits and (more or backwards) else "",
        before=write_token(hits[0]["sort"]) if hits and ((backwards and more) or asked.after is not None) else "",
        facets=_count_facets(target, answer["aggregations"]),
        bars=read_histogram(answer["aggregations"], asked.narrowing),
        suggestion=suggest(target, asked.text) if not total and asked.text else "",
    )


def _count_facets(target: Target, aggregations: Json) -> dict[str, list[Bucket]]:
    facets = read_facets(aggregations)
    if stories := facets["story"]:
        facets["story"] = name_stories(stories, _ask(target, build_originals(stories))["hits"]["hits"])
    return facets


def _count_first(asked: Asked, shown: int, *, backwards: bool, more: bool) -> int:
    """Return the number of the first result; going back, `place` numbers the one that follows the page."""
    if not backwards:
        return asked.place + 1
    return max(asked.place - shown + 1, 1) if more else 1


def build_request(asked: Asked, size: int) -> Json:
    """Return the search of an address from its first result on, with marks and without counts."""
    marked = build_marking(asked.text)
    return {
        "query": {"bool": {"must": [build_query(asked.text)], "filter": filter_all(asked.narrowing)}},
        "post_filter": {"bool": {"filter": filter_results(asked.narrowing)}},
        "size": size,
        "sort": build_sort(asked.sorting),
        "track_total_hits": True,
        "source_includes": _SHOWN,
        "highlight": build_highlight(marked, fragments=2, beginning=_BEGINNING, tags=(OPEN, CLOSE)),
    }


def read_title(hit: Json) -> str:
    """Return the title of a result with its marks; empty if nothing is marked in it."""
    return str(next(iter(hit.get("highlight", {}).get("title", [])), ""))


def read_fragments(hit: Json) -> list[str]:
    """Return pieces of the text of a result with their marks, or its beginning."""
    fragments: list[str] = hit.get("highlight", {}).get("body", [])
    return fragments


def _ask(target: Target, body: Json) -> Json:
    with speaking_plainly(target):
        client = connect(target).options(request_timeout=PATIENCE)
        answer = client.search(
            index=target.documents(), allow_partial_search_results=False, timeout=f"{PATIENCE - 1}s", **body
        )
    return dict(answer)


def find_newest(target: Target, asked: Asked) -> list[Json]:
    """Return the newest results of a search, as many as a feed has.

    Raises Unavailable when Elasticsearch does not answer.
    """
    body = build_request(replace(asked, order="newest"), FEED)
    hits: list[Json] = _ask(target, body)["hits"]["hits"]
    complete_marks(target, hits, body, asked.text)
    return hits


def suggest(target: Target, text: str) -> str:
    """Return the search text with words that nobody wrote put right, or an empty text."""
    with speaking_plainly(target):
        client = connect(target).options(request_timeout=PATIENCE)
        answer = client.search(index=target.documents(), **build_suggestion(text))
    corrected = text
    for entry in answer.get("suggest", {}).get("words", []):
        if entry["options"]:
            corrected = corrected.replace(entry["text"], entry["options"][0]["text"], 1)
    return "" if corrected == text else corrected


def list_all(target: Target, asked: Asked) -> Iterator[list[Json]]:
    """Yield all results of a search, some hundred at a time, as they stood when the first were asked for.

    Raises Unavailable when Elasticsearch does not answer.
    """
    client = connect(target).options(request_timeout=PATIENCE)
    body = build_request(asked, EXPORT_PAGE) | {"track_total_hits": False}
    for name in ("highlight", "source_includes"):
        del body[name]
    with speaking_plainly(target):
        pit = client.open_point_in_time(index=target.documents(), keep_alive=_KEPT)["id"]
        try:
            while True:
                answer = client.search(pit={"id": pit, "keep_alive": _KEPT}, allow_partial_search_results=False, **body)
                pit = answer["pit_id"]
                hits = answer["hits"]["hits"]
                if hits:
                    yield hits
                if len(hits) < EXPORT_PAGE:
                    return
                body["search_after"] = hits[-1]["sort"]
        finally:
            client.close_point_in_time(id=pit)
