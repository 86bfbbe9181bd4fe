"""Stories: documents of one index that are versions of one text, joined whichever of them came first.

A story is the documents that near copies connect, replaced and removed ones among them, so that it does not
fall apart when a file goes. It is named after its earliest document: `story_id`. Of its current documents the
earliest is the original, and the others name it in `copy_of`; `copies` of the original counts them and is 0 in
all others. Earliest is by `@timestamp`, then the longer text (copies are cut), then the id. All this depends
on the documents alone, not on the order they came in; doing any of it again changes nothing.

Batches may work at once. Each looks for copies only after its own documents can be found, so of two batches
that hold copies of each other at least one sees the other's; and whoever renames a story does it until nothing
is left under the old name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from tasks.bulk import divide
from tasks.cluster import Target
from tasks.enrich.copies import are_copies
from tasks.neighbours import NEAREST, find_neighbours, find_stories
from tasks.versions import CHUNK, EARLIEST, FIELDS, PAGE, Json, Shelf, Signed, to_version

#: Documents whose candidates are read at one time: a wording takes some 0.1 MB.
_COMPARED: Final = 50


def link(target: Target, documents: Iterable[tuple[str, str | None, Signed]]) -> None:
    """Join documents (id, language, signature) that were just stored to the stories they tell.

    Raises Unavailable when Elasticsearch asks to wait; doing the same again is safe.
    """
    documents = list(documents)
    every = {document_id: signed for document_id, _, signed in documents if signed.signature}
    for shelf, ids in _by_shelf(target, ((document_id, language) for document_id, language, _ in documents)):
        shelf.refresh()
        joined: dict[str, None] = {}
        batch = {document_id: every[document_id] for document_id in ids if document_id in every}
        for chunk in divide(batch, CHUNK):
            pairs = _find_copies(shelf, chunk, batch)
            _join(shelf, pairs)
            joined.update(dict.fromkeys(document_id for pair in pairs for document_id in pair))
        _settle(shelf, {version.story_id for version in shelf.read(joined)})


def unlink(target: Target, documents: Iterable[tuple[str, str | None]]) -> None:
    """Choose and count anew in the stories of documents (id, language) that are no longer current."""
    for shelf, ids in _by_shelf(target, documents):
        _settle(shelf, {version.story_id for version in shelf.read(ids) if not version.is_alone})


def _find_copies(shelf: Shelf, ids: Sequence[str], batch: Mapping[str, Signed]) -> list[tuple[str, str]]:
    """Return the pairs of a document of `ids` and a near copy of it."""
    pairs = _compare(shelf, find_neighbours(shelf, ids, batch))
    copies = Counter(one for one, _ in pairs)
    crowded = {document_id: batch[document_id] for document_id in ids if copies[document_id] >= NEAREST}
    return pairs + (_compare(shelf, find_stories(shelf, crowded)) if crowded else [])


def _compare(shelf: Shelf, neighbours: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return the pairs of a document and one of its neighbours that are copies."""
    pairs = []
    candidates = ((one, others) for one, others in neighbours.items() if others)
    while some := list(islice(candidates, _COMPARED)):
        asked = [(one, other) for one, others in some for other in others]
        wordings = shelf.read_wordings({document_id for pair in asked for document_id in pair})
        pairs += [
            (one, other)
            for one, other in asked
            if one in wordings and other in wordings and are_copies(wordings[one], wordings[other])
        ]
    return pairs


def _join(shelf: Shelf, pairs: list[tuple[str, str]]) -> None:
    """Give both documents of each pair, and all that share their stories, one story."""
    while pairs:
        versions = {version.document_id: version for version in shelf.read({at for pair in pairs for at in pair})}
        stories = {document_id: version.story_id for document_id, version in versions.items()}
        pairs = [(one, other) for one, other in pairs if one in stories and other in stories]
        pairs = [(one, other) for one, other in pairs if stories[one] != stories[other]]
        groups = _connect((stories[one], stories[other]) for one, other in pairs)
        places = {version.document_id: version.place for version in shelf.read({name for at in groups for name in at})}
        renamed: dict[str, str] = {}
        for names in groups:
            first = min(names, key=lambda name: (name not in places, places.get(name), name))
            renamed.update(dict.fromkeys(names - {first}, first))
        _rename(shelf, renamed)


def _connect(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the sets of names that pairs connect, each of at least two."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        group = groups.get(one, {one}) | groups.get(other, {other})
        groups.update(dict.fromkeys(group, group))
    return list({id(group): group for group in groups.values()}.values())


def _rename(shelf: Shelf, renamed: dict[str, str]) -> None:
    """Rename stories until no document is left under a former name, not those another batch adds meanwhile."""
    while renamed:
        shelf.change({former: _as_copy(name) for former, name in renamed.items()})
        while left := shelf.list_under(renamed):
            shelf.change({version.document_id: _as_copy(renamed[version.story_id]) for version in left})
        roots = shelf.read(set(renamed.values()))
        renamed = {root.document_id: root.story_id for root in roots if root.story_id != root.document_id}


def _as_copy(story_id: str) -> Json:
    """What a document gets that joins a story; its original is mostly the earliest of all."""
    return {"story_id": story_id, "copy_of": story_id, "copies": 0}


def _settle(shelf: Shelf, stories: set[str]) -> None:
    """Choose the original of each story, count its copies, and make them name it."""
    named = sorted(stories)
    while named:
        shelf.refresh()
        changes: dict[str, Json] = {}
        originals: dict[str, str] = {}
        for story_id, answer in zip(named, shelf.search(map(_build_original, named)), strict=True):
            for original in map(to_version, answer["hits"]["hits"]):
                originals[story_id] = original.document_id
                copies = answer["hits"]["total"]["value"] - 1
                if original.copies != copies or original.copy_of is not None:
                    changes[original.document_id] = {"copies": copies, "copy_of": None}
        pairs = list(originals.items())
        for (_, original_id), answer in zip(pairs, shelf.search(_build_others(*at) for at in pairs), strict=True):
            for hit in answer["hits"]["hits"]:
                changes[hit["_id"]] = {"copies": 0, "copy_of": original_id}
        shelf.change(changes)
        named = named if changes else []


def _build_original(story_id: str) -> Json:
    return {
        "query": {"bool": {"filter": [{"term": {"story_id": story_id}}, {"term": {"current": True}}]}},
        "sort": EARLIEST,
        "size": 1,
        "track_total_hits": True,
        "_source": FIELDS,
    }


def _build_others(story_id: str, original_id: str) -> Json:
    """Ask for the documents of a story that should name the original and do not, or count copies themselves."""
    copy = {"bool": {"filter": {"term": {"current": True}}, "must_not": {"term": {"copy_of": original_id}}}}
    former = {"range": {"copies": {"gt": 0}}}
    return {
        "query": {
            "bool": {
                "filter": [{"term": {"story_id": story_id}}, {"bool": {"should": [copy, former]}}],
                "must_not": {"term": {"document_id": original_id}},
            }
        },
        "size": PAGE,
        "_source": False,
    }


def _by_shelf(target: Target, documents: Iterable[tuple[str, str | None]]) -> Iterator[tuple[Shelf, list[str]]]:
    shelves: dict[str, dict[str, None]] = defaultdict(dict)
    for document_id, language in documents:
        shelves[target.documents(language)][document_id] = None
    for alias, ids in shelves.items():
        yield Shelf(target, alias), list(ids)
