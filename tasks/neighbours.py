"""Documents that may be copies of others, by their signatures and lengths alone: their texts are not read.

Whether two documents are compared depends on the two, so that the order in which they come makes no difference. Only
where very many are near is it bounded, whatever the index holds: by so many of one story, and by so many in all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tasks.enrich.copies import LEAST_EXPECTED, count_shared, expect_overlap, read_sketch
from tasks.versions import PAGE, SIGNED, Json, Shelf, Signed, to_signed

#: Documents of one story that a document is compared with; what is no copy of these is taken for none of the others.
NEAREST: Final = 5
#: Documents of all stories that it is compared with.
_MOST: Final = 50
_STORIES: Final = 20


def find_neighbours(shelf: Shelf, ids: Iterable[str], batch: Mapping[str, Signed]) -> dict[str, list[str]]:
    """Return for each document of `ids` those that may be copies of it, the nearest first; for most there are none.

    `batch` has the documents of `ids` and others that may be copies of them.
    """
    ids = list(ids)
    bands = {band for document_id in ids for band in batch[document_id].signature}
    others = shelf.find_signed(batch, bands)
    if len(others) < PAGE:
        return _rank(others | dict(batch), ids)
    asked = shelf.search(_ask(document_id, batch[document_id]) | {"size": _MOST} for document_id in ids)
    return {
        document_id: _rank_answer(document_id, batch[document_id], answer)
        for document_id, answer in zip(ids, asked, strict=True)
    }


def find_stories(shelf: Shelf, documents: Mapping[str, Signed]) -> dict[str, list[str]]:
    """Return for each document the nearest document of each story near it."""
    asked = shelf.search(
        _ask(document_id, signed) | {"collapse": {"field": "story_id"}, "size": _STORIES}
        for document_id, signed in documents.items()
    )
    return {
        document_id: _rank_answer(document_id, signed, answer)
        for (document_id, signed), answer in zip(documents.items(), asked, strict=True)
    }


def _rank_answer(document_id: str, signed: Signed, answer: Json) -> list[str]:
    found = {hit["_id"]: to_signed(hit["_id"], hit["_source"]) for hit in answer["hits"]["hits"]}
    return _rank(found | {document_id: signed}, [document_id])[document_id]


def _rank(documents: Mapping[str, Signed], ids: Sequence[str]) -> dict[str, list[str]]:
    """Return for each document of `ids` the others that share a band and may be copies, the likeliest first."""
    holders: dict[str, list[str]] = {band: [] for document_id in ids for band in documents[document_id].signature}
    for name in sorted(documents):
        for band in documents[name].signature:
            if band in holders:
                holders[band].append(name)
    near = {
        document_id: {name for band in documents[document_id].signature for name in holders[band]} - {document_id}
        for document_id in ids
    }
    sketches = {name: read_sketch(documents[name].signature) for found in near.values() for name in found}
    ranked: dict[str, list[str]] = {}
    for document_id, names in near.items():
        own, words = read_sketch(documents[document_id].signature), documents[document_id].word_count
        expected = {
            name: expect_overlap(count_shared(own, sketches[name]), words, documents[name].word_count) for name in names
        }
        likely = sorted((-share, name) for name, share in expected.items() if share >= LEAST_EXPECTED)
        ranked[document_id] = _take([name for _, name in likely], documents)
    return ranked


def _take(names: Iterable[str], documents: Mapping[str, Signed]) -> list[str]:
    """Return the first of them, NEAREST of each story and _MOST in all."""
    stories = Counter[str]()
    taken: list[str] = []
    for name in names:
        story = documents[name].story_id
        stories[story] += 1
        if stories[story] <= NEAREST and len(taken) < _MOST:
            taken.append(name)
    return taken


def _ask(document_id: str, signed: Signed) -> Json:
    """Ask for the documents that share most bands; rare ones count most, so what many pages have comes last."""
    other = {"must_not": {"term": {"document_id": document_id}}}
    bands = {"should": [{"term": {"signature": band}} for band in signed.signature], "minimum_should_match": 1}
    return {"query": {"bool": bands | other}, "_source": SIGNED, "track_total_hits": False}
