"""Searches of the archive, and their results as values."""

from dataclasses import asdict, dataclass
from typing import Any

from daftar.search.highlights import MENTIONS, complete_marks
from daftar.search.query import build_search
from tasks.cluster import Target, connect, speaking_plainly

#: What a result shows of a document; the text itself comes as highlights.
_FIELDS = ["document_id", "file.path", "language", "title", "published", "@timestamp", MENTIONS]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found; `highlights` are pieces of its body, what was found between `<em>` and `</em>`."""

    document_id: str
    path: str
    language: str
    title: str
    published: str | None
    score: float | None
    highlights: list[str]
    marked_title: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search: how many documents there are, and the first of them."""

    total: int
    took_ms: int
    hits: list[Hit]

    def to_json(self) -> dict[str, Any]:
        """The object that `daftar search --json` prints."""
        found = asdict(self)
        for hit in found["hits"]:
            marked = hit.pop("marked_title")
            hit["highlights"] = ([marked] if marked else []) + hit["highlights"]
        return found


def search(
    target: Target,
    text: str,
    *,
    language: str | None = None,
    size: int = 10,
    sort: str = "score",
) -> Found:
    """Find documents by words in either language, ordered by `score` or by `date`, newest first.

    Raises Unavailable when Elasticsearch does not answer.
    """
    body = build_search(text, language=language, size=size, sort=sort)
    answer = _ask(target, body)
    complete_marks(target, answer["hits"]["hits"], body, text)
    return _read(answer)


def list_documents(target: Target, size: int) -> Found:
    """List the current documents in the order of their paths."""
    body = {"query": {"match_all": {}}, "sort": [{"file.path": "asc"}], "size": size, "track_total_hits": True}
    return _read(_ask(target, body))


def _ask(target: Target, body: dict[str, Any]) -> dict[str, Any]:
    with speaking_plainly(target):
        answer = connect(target).search(
            index=target.documents(), allow_partial_search_results=False, source_includes=_FIELDS, **body
        )
    return dict(answer)


def _read(answer: dict[str, Any]) -> Found:
    hits = [_to_hit(hit) for hit in answer["hits"]["hits"]]
    return Found(answer["hits"]["total"]["value"], answer["took"], hits)


def _to_hit(hit: dict[str, Any]) -> Hit:
    source, marked = hit["_source"], hit.get("highlight", {})
    return Hit(
        document_id=source["document_id"],
        path=source["file"]["path"],
        language=source["language"],
        title=source.get("title", ""),
        published=source.get("published"),
        score=hit.get("_score"),
        highlights=marked.get("body", []),
        marked_title=next(iter(marked.get("title", [])), None),
    )
