"""Whether two versions of an index agree: the same counts, and documents found by what they are called."""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any, Final

from mappings.letters import ZWNJ
from tasks.cluster import Target, connect, speaking_plainly
from tasks.errors import Misconfigured

Json = dict[str, Any]

#: Documents of each index that are looked for by their titles.
_SAMPLES: Final = 50

#: What is counted beside the documents themselves, where an index has the field.
_COUNTED: Final = ("current", "language", "status", "version")

#: The search of an analyst who names no field: all words, in the fields that the index searches by itself.
_SEARCH: Final = {"default_operator": "and", "lenient": True}


@dataclass(frozen=True, slots=True)
class Samples:
    """Documents looked for by their titles, in both versions: how many are found, and all the hits together.

    `lost` are ids of documents that the old version finds and the new one does not.
    """

    asked: int
    found_before: int
    found_after: int
    hits_before: int
    hits_after: int
    lost: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """The part of the object that `daftar rebuild --json` prints."""
        return asdict(self)


def compare_counts(target: Target, pairs: list[tuple[str, str]]) -> None:
    """Refuse when two indices have not the same documents by number, and by language, status and version.

    Raises Misconfigured that says which differ.
    """
    client = connect(target)
    with speaking_plainly(target):
        client.indices.refresh(index=[index for pair in pairs for index in pair])
        counted = [[_count(target, index) for index in pair] for pair in pairs]
    differences = [
        f"{old} has {_say(before)}, {new} {_say(after)}"
        for (old, new), (before, after) in zip(pairs, counted, strict=True)
        if before != after
    ]
    if differences:
        raise Misconfigured(
            f"The new indices have other documents than the old ones: {'; '.join(differences)}",
            "The old ones go on serving. Were documents deleted by hand meanwhile? Then run `daftar rebuild` again.",
        )


def _count(target: Target, index: str) -> Json:
    aggregations = {name: {"terms": {"field": name, "size": 1000}} for name in _COUNTED}
    found = connect(target).search(index=index, size=0, track_total_hits=True, aggs=aggregations)
    counts: Json = {"documents": found["hits"]["total"]["value"]}
    for name in _COUNTED:
        counts |= {
            f"{name} {bucket.get('key_as_string', bucket['key'])}": bucket["doc_count"]
            for bucket in found["aggregations"][name]["buckets"]
        }
    return counts


def _say(counts: Json) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


def compare_samples(target: Target, pairs: list[tuple[str, str]]) -> Samples:
    """Look for documents by their titles in the old and the new version of their index."""
    total = Samples(0, 0, 0, 0, 0)
    for old, new in pairs:
        titles = _draw(target, old, new)
        if titles:
            total = _add(total, _look_for(target, old, new, titles))
    return total


def _draw(target: Target, old: str, new: str) -> dict[str, str]:
    """Choose some current documents that have a title; not those that came too late to be in both."""
    client = connect(target)
    query = {"bool": {"filter": [{"term": {"current": True}}, {"exists": {"field": "title"}}]}}
    seeded = {"function_score": {"query": query, "random_score": {"seed": 1, "field": "_seq_no"}}}
    with speaking_plainly(target):
        found = client.search(index=old, query=seeded, size=_SAMPLES, source_includes=["title"])
        titles = {hit["_id"]: hit["_source"]["title"] for hit in found["hits"]["hits"]}
        copied = client.mget(index=new, ids=list(titles), source=False)["docs"] if titles else []
    return {doc["_id"]: titles[doc["_id"]] for doc in copied if doc.get("found")}


def _look_for(target: Target, old: str, new: str, titles: dict[str, str]) -> Samples:
    searches: list[Json] = []
    for document_id, title in titles.items():
        body = {
            "query": {"simple_query_string": {"query": _to_words(title), **_SEARCH}},
            "size": 0,
            "track_total_hits": True,
            "aggs": {"itself": {"filter": {"ids": {"values": [document_id]}}}},
        }
        searches += [{"index": old}, body, {"index": new}, body]
    with speaking_plainly(target):
        answers = connect(target).msearch(searches=searches, max_concurrent_searches=2)["responses"]
    before = dict(zip(titles, answers[::2], strict=True))
    after = dict(zip(titles, answers[1::2], strict=True))
    found_before, found_after = _list_found(before), _list_found(after)
    return Samples(
        asked=len(titles),
        found_before=len(found_before),
        found_after=len(found_after),
        hits_before=sum(map(_count_hits, before.values())),
        hits_after=sum(map(_count_hits, after.values())),
        lost=tuple(sorted(found_before - found_after)),
    )


def _to_words(title: str) -> str:
    """The title without what the search would read as an operator."""
    return " ".join("".join(letter if _is_of_a_word(letter) else " " for letter in title).split())


def _is_of_a_word(letter: str) -> bool:
    return letter == ZWNJ or unicodedata.category(letter)[0] in "LMN"


def _list_found(answers: dict[str, Json]) -> set[str]:
    return {
        document_id
        for document_id, answer in answers.items()
        if "error" not in answer and answer["aggregations"]["itself"]["doc_count"]
    }


def _count_hits(answer: Json) -> int:
    return 0 if "error" in answer else int(answer["hits"]["total"]["value"])


def _add(one: Samples, other: Samples) -> Samples:
    return Samples(
        asked=one.asked + other.asked,
        found_before=one.found_before + other.found_before,
        found_after=one.found_after + other.found_after,
        hits_before=one.hits_before + other.hits_before,
        hits_after=one.hits_after + other.hits_after,
        lost=one.lost + other.lost,
    )
