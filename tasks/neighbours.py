"""Documents that may be copies of others, by their signatures alone: their texts are not read.

A document is compared with so many others, those that share most values with it, and if all of these are copies,
with the nearest of so many stories. This bounds the work whatever the index holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tasks.enrich.copies import LEAST_VALUES, count_shared, read_sketch
from tasks.versions import PAGE, Json, Shelf

Signature = Sequence[str]

NEAREST: Final = 5
_STORIES: Final = 20
#: Of so many documents that share bands with a document in a crowded index, the nearest are chosen.
_ASKED: Final = 20


def find_neighbours(shelf: Shelf, ids: Iterable[str], signatures: Mapping[str, Signature]) -> dict[str, list[str]]:
    """Return for each document of `ids` its NEAREST others, the nearest first; for most there are none.

    `signatures` are those of the batch: of `ids` and of documents that may be copies of them.
    """
    ids = list(ids)
    bands = {band for document_id in ids for band in signatures[document_id]}
    others: dict[str, Signature] = {**shelf.find_signatures(signatures, bands)}
    if len(others) < PAGE:
        return _rank(others | dict(signatures), ids)
    asked = shelf.search(_ask(document_id, signatures[document_id]) | {"size": _ASKED} for document_id in ids)
    return {
        document_id: _rank_answer(document_id, signatures[document_id], answer)
        for document_id, answer in zip(ids, asked, strict=True)
    }


def find_stories(shelf: Shelf, signatures: Mapping[str, Signature]) -> dict[str, list[str]]:
    """Return for each document the nearest document of each story near it."""
    asked = shelf.search(
        _ask(document_id, signature) | {"collapse": {"field": "story_id"}, "size": _STORIES}
        for document_id, signature in signatures.items()
    )
    return {
        document_id: _rank_answer(document_id, signature, answer, _STORIES)
        for (document_id, signature), answer in zip(signatures.items(), asked, strict=True)
    }


def _rank_answer(document_id: str, signature: Signature, answer: Json, number: int = NEAREST) -> list[str]:
    found = {hit["_id"]: tuple(hit["_source"]["signature"]) for hit in answer["hits"]["hits"]}
    return _rank(found | {document_id: signature}, [document_id], number)[document_id]


def _rank(signatures: Mapping[str, Signature], ids: Sequence[str], number: int = NEAREST) -> dict[str, list[str]]:
    """Return for each document of `ids` the others that share a band and enough values, most values first."""
    holders: dict[str, list[str]] = {band: [] for document_id in ids for band in signatures[document_id]}
    for name in sorted(signatures):
        for band in signatures[name]:
            if band in holders:
                holders[band].append(name)
    near = {
        document_id: {name for band in signatures[document_id] for name in holders[band]} - {document_id}
        for document_id in ids
    }
    sketches = {name: read_sketch(signatures[name]) for found in near.values() for name in found}
    ranked: dict[str, list[str]] = {}
    for document_id, names in near.items():
        own = read_sketch(signatures[document_id])
        shared = {name: count_shared(own, sketches[name]) for name in names}
        likely = sorted((-values, name) for name, values in shared.items() if values >= LEAST_VALUES)
        ranked[document_id] = [name for _, name in likely[:number]]
    return ranked


def _ask(document_id: str, signature: Signature) -> Json:
    """Ask for the documents that share most bands; rare ones count most, so what many pages have comes last."""
    other = {"must_not": {"term": {"document_id": document_id}}}
    bands = {"should": [{"term": {"signature": band}} for band in signature], "minimum_should_match": 1}
    return {"query": {"bool": bands | other}, "_source": ["signature"], "track_total_hits": False}
