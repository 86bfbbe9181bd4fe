"""Documents that may be copies of others, by their signatures and lengths alone: their texts are not read.

Whether two documents are compared depends on the two, so that the order in which they come makes no difference. Only
where very many are near is it bounded, whatever the index holds: by so many of one story, and by so many in all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tasks.enrich.copies import find_likely, unpack_sketches
from tasks.versions import SIGNED, Json, Shelf, Signed

#: Documents of one story that a document is compared with; what is no copy of these is taken for none of the others.
NEAREST: Final = 5
#: Documents of all stories that it is compared with.
_MOST: Final = 50
_STORIES: Final = 20
#: Documents that one answer may hold, some 3 MB; where there are more, fewer are asked about at one time.
_AT_ONCE: Final = 4_000


def find_neighbours(shelf: Shelf, ids: Sequence[str], batch: Mapping[str, Signed]) -> dict[str, list[str]]:
    """Return for each document of `ids` those that may be copies of it, the nearest first; for most there are none.

    `batch` has the documents of `ids` and others that may be copies of them.
    """
    bands = {band for document_id in ids for band in batch[document_id].signature}
    others = shelf.find_signed(batch, bands, _AT_ONCE)
    if len(others) < _AT_ONCE:
        return _rank(others | dict(batch), ids)
    if len(ids) > 1:
        half = len(ids) // 2
        return find_neighbours(shelf, ids[:half], batch) | find_neighbours(shelf, ids[half:], batch)
    (document_id,) = ids
    (answer,) = shelf.search([_ask(document_id, batch[document_id]) | {"size": _MOST}])
    return _rank(shelf.read_signed(answer) | dict(batch), ids)


def find_stories(shelf: Shelf, documents: Mapping[str, Signed]) -> dict[str, list[str]]:
    """Return for each document the nearest document of each story near it."""
    asked = shelf.search(
        _ask(document_id, signed) | {"collapse": {"field": "story_id"}, "size": _STORIES}
        for document_id, signed in documents.items()
    )
    ranked: dict[str, list[str]] = {}
    for (document_id, signed), answer in zip(documents.items(), asked, strict=True):
        ranked |= _rank(shelf.read_signed(answer) | {document_id: signed}, [document_id])
    return ranked


def _rank(documents: Mapping[str, Signed], ids: Iterable[str]) -> dict[str, list[str]]:
    """Return for each document of `ids` the others that share a band and may be copies, the likeliest first."""
    names = sorted(name for name in documents if documents[name].sketch)
    places = {name: place for place, name in enumerate(names)}
    sketches = unpack_sketches([documents[name].sketch for name in names])
    lengths = [documents[name].word_count for name in names]
    ranked: dict[str, list[str]] = {}
    for document_id in ids:
        own = places[document_id]
        likely = find_likely(sketches[own], lengths[own], sketches, lengths)
        nearest = sorted((-share, names[place]) for place, share in likely.items() if place != own)
        ranked[document_id] = _take([name for _, name in nearest], documents)
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
    return {"query": {"bool": bands | other}} | SIGNED
