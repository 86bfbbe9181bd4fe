"""Related coverage: documents in either language about the same people, places and organizations, at the same time.

A shared name counts by its rarity among all documents and by its weight in the page that is looked from; the
sum counts by how near the two are in time: half of what depends on time is gone after ten days. Documents of the
same story are versions, not coverage, and are left out; so are copies of others, which their originals stand for.
"""

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Final

from tasks.cluster import Target, connect, speaking_plainly
from tasks.errors import Misconfigured

Json = dict[str, Any]

#: Documents within a day are equally near; ten days further the score is half.
_SAME_TIME: Final = "1d"
_HALF_LIFE: Final = "10d"
#: What of the score does not depend on time: the background of a story may be a year old.
_TIMELESS: Final = 0.4

#: A document with so many names has two in common with what is related; one (a country) says too little.
_NAMES_OF_A_STORY: Final = 4
#: A page that names more is a list; the names that come first are taken.
_MOST_NAMES: Final = 200

_SOURCE: Final = [
    "document_id",
    "story_id",
    "title",
    "language",
    "@timestamp",
    "entity_ids",
    "entity_mentions",
    "keyphrases",
]
_FIELDS: Final = ["document_id", "file.path", "language", "title", "published", "published_method", "entity_ids"]


@dataclass(frozen=True, slots=True)
class Related:
    """A related document; `shared` are the ids of the names both have, none when only words are alike.

    `published_method` says by which sign of the page it is dated, or that it is by its file.
    """

    document_id: str
    path: str
    language: str
    title: str
    published: str | None
    score: float
    shared: list[str]
    published_method: str | None = None

    def to_json(self) -> Json:
        """One member of the list that `daftar related --json` prints under `related`."""
        return {name: value for name, value in asdict(self).items() if name != "published_method"}


def related(target: Target, document_id: str, size: int = 10) -> list[Related]:
    """Return the current documents most related to a document (any version of one), the nearest first.

    Raises Misconfigured when there is no such document, Unavailable when Elasticsearch does not answer.
    """
    with speaking_plainly(target):
        found = connect(target).search(
            index=target.all_documents,
            query={"term": {"document_id": document_id}},
            size=1,
            source_includes=_SOURCE,
        )["hits"]["hits"]
    if not found:
        raise Misconfigured(f"There is no document {document_id}", "Take an id that `daftar search --json` prints.")
    source = found[0]["_source"]
    with speaking_plainly(target):
        # Rarity is counted over the indices of all languages together, not in each shard.
        answer = connect(target).search(
            index=target.documents(),
            search_type="dfs_query_then_fetch",
            allow_partial_search_results=False,
            query=build_related(source),
            size=size,
            source_includes=_FIELDS,
        )
    names = set(source.get("entity_ids") or ())
    return [_to_related(hit, names) for hit in answer["hits"]["hits"]]


def build_related(source: Json) -> Json:
    """Return the query for what is related to a document, given as the index stores it."""
    left_out: list[Json] = [{"term": {"document_id": source["document_id"]}}, {"exists": {"field": "copy_of"}}]
    if source.get("story_id"):
        left_out.append({"term": {"story_id": source["story_id"]}})
    return {
        "function_score": {
            "query": {"bool": {"must": _match_names(source) or _match_words(source), "must_not": left_out}},
            "functions": [
                {
                    "exp": {
                        "@timestamp": {
                            "origin": source["@timestamp"],
                            "offset": _SAME_TIME,
                            "scale": _HALF_LIFE,
                            "decay": 0.5,
                        }
                    },
                    "weight": 1 - _TIMELESS,
                },
                {"weight": _TIMELESS},
            ],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def _match_names(source: Json) -> Json | None:
    weights = _weigh_names(source)
    if not weights:
        return None
    shared = 2 if len(weights) >= _NAMES_OF_A_STORY else 1
    clauses = [{"term": {"entity_ids": {"value": name, "boost": weight}}} for name, weight in weights.items()]
    return {"bool": {"should": clauses, "minimum_should_match": shared}}


def _weigh_names(source: Json) -> dict[str, float]:
    """Return what the page is about: a name counts by how often it stands there, twice if in the headline.

    Mentions are stored as they come and never searched, so one of another shape is possible; it does not count.
    """
    names = list(dict.fromkeys(source.get("entity_ids") or ()))[:_MOST_NAMES]
    mentions = [mention for mention in source.get("entity_mentions") or () if isinstance(mention, dict)]
    counts = Counter(mention.get("id") for mention in mentions)
    headline = len(source.get("title") or "")
    named_first = {mention.get("id") for mention in mentions if _ends_within(mention, headline)}
    return {name: (1 + math.log(max(counts[name], 1))) * (2 if name in named_first else 1) for name in names}


def _ends_within(mention: Json, headline: int) -> bool:
    match mention.get("offset"):
        case [int(), int() as end]:
            return end <= headline
    return False


def _match_words(source: Json) -> Json:
    words = " ".join([source.get("title") or "", *(source.get("keyphrases") or ())])
    if not words.strip():
        return {"match_none": {}}
    return {"multi_match": {"query": words, "fields": ["title^2", "body"], "minimum_should_match": "30%"}}


def _to_related(hit: Json, names: set[str]) -> Related:
    source = hit["_source"]
    return Related(
        document_id=source["document_id"],
        path=source["file"]["path"],
        language=source["language"],
        title=source.get("title") or "",
        published=source.get("published"),
        score=hit["_score"],
        shared=[name for name in source.get("entity_ids") or () if name in names],
        published_method=source.get("published_method"),
    )
