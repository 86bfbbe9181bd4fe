"""What is marked in a page that was found: the words of the search as the page has them, and the names.

One request marks in headline and body what is found there. The rest has no place in the text: «تهران» finds an Arabic
page for its «طهران» through the field `names`, «هسته» a page that has lost its half-spaces through `restored`. Which
names were meant is looked up in the gazetteer; a page that has no mark then is asked for what found it. A last request
marks what the page writes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from elasticsearch import Elasticsearch

from daftar.search.naming import find_meant
from daftar.search.question import list_words
from daftar.search.syntax import list_sought
from mappings.letters import ZWNJ
from tasks.cluster import Target, connect, speaking_plainly
from tasks.document import Article
from tasks.enrich.gazetteer import load_gazetteer

Json = dict[str, Any]

#: The mentions of names, which `complete_marks` needs in the `_source` of a hit.
MENTIONS: Final = "entity_mentions"

#: What Elasticsearch is told to put round its marks: noncharacters (Unicode Standard, 23.7), which no text may
#: hold. Control characters would not do: it trims them, like blanks, from the ends of what it returns.
OPEN: Final = "\ufdd0"
CLOSE: Final = "\ufdd1"

_PATIENCE: Final = 15

_TITLE: Final = "title"
_BODY: Final = "body"
_NAMES: Final = "names"
_RESTORED: Final = "restored"
_PAIRED: Final = ".bigram"

_MARKED: Final = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_WORD: Final = re.compile(r"\w")


def build_highlight(
    query: Json, *, fragments: int = 3, beginning: int = 0, tags: tuple[str, str] = ("<em>", "</em>")
) -> Json:
    """Return the `highlight` of a request: the headline whole, `fragments` of the body (0: the body whole).

    Marked is what `query` matches, a phrase as one. `beginning` characters of the body stand for it where nothing is
    marked in it.
    """
    cut = {"number_of_fragments": fragments, "no_match_size": beginning}
    return {
        "highlight_query": query,
        "type": "unified",
        "fragment_size": 160,
        "boundary_scanner": "sentence",
        "pre_tags": [tags[0]],
        "post_tags": [tags[1]],
        "fields": {
            _TITLE: {"number_of_fragments": 0, "matched_fields": [_TITLE, f"{_TITLE}.stem"]},
            _BODY: {**cut, "matched_fields": [_BODY, f"{_BODY}.stem"]},
        },
    }


def complete_marks(target: Target, hits: Sequence[Json], request: Json, text: str) -> None:
    """Mark in the hits of a request with `build_highlight` what found them, and names, as the page writes them.

    `text` is the search text. Asks again only for hits that are marked nowhere or write a name otherwise than it.
    Raises Unavailable when Elasticsearch does not answer.
    """
    if not list_sought(text):
        return
    meant = find_meant(text)
    found = [_Found(hit, [name for name in _list_mentions(hit) if name.get("id") in meant]) for hit in hits]
    with speaking_plainly(target):
        if unmarked := [one for one in found if not one.names and not _is_marked(one.hit, request)]:
            _ask_for_reasons(target, unmarked, request)
        asked = set(list_words(text))
        if wanted := [(one, others) for one in found if (others := one.list_others(asked))]:
            searches = [line for one, others in wanted for line in _ask_for_phrases(one.hit, others, request)]
            answers = _patient(target).msearch(searches=searches)["responses"]
            for (one, _), answer in zip(wanted, answers, strict=True):
                for marked in answer.get("hits", {}).get("hits", []):
                    one.hit["highlight"] = marked.get("highlight", {})
        for one in found:
            if one.names and not _is_marked(one.hit, request):
                one.hit["highlight"] = _mark_by_offset(target, one.hit, one.names[0], request)


def _patient(target: Target) -> Elasticsearch:
    return connect(target).options(request_timeout=_PATIENCE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit, the mentions in it that the search means, and words that have lost the half-spaces they are found by."""

    hit: Json
    names: list[Json]
    lost: list[str] = field(default_factory=list)

    def list_others(self, asked: set[str]) -> list[str]:
        """Return what the page writes and the search text does not."""
        written = dict.fromkeys([*(str(name.get("text")) for name in self.names), *self.lost])
        return [one for one in written if not asked.issuperset(list_words(one))]


def _list_mentions(hit: Json) -> list[Json]:
    mentions = hit["_source"].get(MENTIONS) or []
    return [mention for mention in mentions if isinstance(mention, dict) and "offset" in mention]


def _is_marked(hit: Json, request: Json) -> bool:
    """Tell whether anything is marked: the beginning that stands for a body is not."""
    tag = request["highlight"]["pre_tags"][0]
    return any(tag in piece for pieces in hit.get("highlight", {}).values() for piece in pieces)


def _ask_for_reasons(target: Target, unmarked: list[_Found], request: Json) -> None:
    """Ask by which names and restored words hits were found; marks what only the paired form has («چند»)."""
    plain = request["highlight"]["fields"]
    whole = {"number_of_fragments": 0, "pre_tags": [OPEN], "post_tags": [CLOSE]}
    fields = {_NAMES: {**whole, "matched_fields": [_NAMES, f"{_NAMES}.skeleton"]}, _RESTORED: whole}
    fields |= {f"{name}{_PAIRED}": {**plain[name], "matched_fields": []} for name in (_TITLE, _BODY)}
    answer = _patient(target).search(
        index=sorted({one.hit["_index"] for one in unmarked}),
        query={"ids": {"values": [one.hit["_id"] for one in unmarked]}},
        highlight={**request["highlight"], "fields": fields},
        source=False,
        size=len(unmarked),
    )
    marks = {(hit["_index"], hit["_id"]): hit.get("highlight", {}) for hit in answer["hits"]["hits"]}
    for one in unmarked:
        reasons = marks.get((one.hit["_index"], one.hit["_id"]), {})
        one.names.extend(choose_mentions(_list_mentions(one.hit), reasons.pop(_NAMES, [])))
        one.lost.extend(word.replace(ZWNJ, "") for word in find_restored(reasons.pop(_RESTORED, [])))
        paired = {"highlight": {name.removesuffix(_PAIRED): pieces for name, pieces in reasons.items()}}
        if _is_marked(paired, request):
            one.hit.update(paired)


def choose_mentions(mentions: Sequence[Json], marked: Sequence[str]) -> list[Json]:
    """Return the mentions of the entities whose spellings are marked, in the order of the text.

    Where a spelling is marked whole («تهران»), those marked in part («بانک مرکزی تهران») do not count.
    """
    whole = [value for value in marked if not _WORD.search(_MARKED.sub("", value))]
    found = [_strip(value) for value in whole or marked]
    ids = frozenset[str]().union(*map(load_gazetteer().find, found))
    return [mention for mention in mentions if mention.get("id") in ids or mention.get("text") in found]


def find_restored(marked: Sequence[str]) -> Iterator[str]:
    """Yield the words in which something is marked, with their half-spaces."""
    for value in marked:
        yield from (_strip(word) for word in value.split(" ") if OPEN in word)


def _strip(marked: str) -> str:
    return marked.replace(OPEN, "").replace(CLOSE, "")


def _ask_for_phrases(hit: Json, written: list[str], request: Json) -> tuple[Json, Json]:
    """Ask for the marks of one hit, those of phrases it has among them: a header and a body of a multi-search."""
    phrases = [
        {"multi_match": {"query": phrase, "type": "phrase", "fields": [_TITLE, _BODY], "analyzer": "precise"}}
        for phrase in written
    ]
    query: Json = {"bool": {"should": [request["highlight"]["highlight_query"], *phrases]}}
    body = {
        "query": {"ids": {"values": [hit["_id"]]}},
        "_source": False,
        "size": 1,
        "highlight": {**request["highlight"], "highlight_query": query},
    }
    return {"index": hit["_index"]}, body


def _mark_by_offset(target: Target, hit: Json, mention: Json, request: Json) -> Json:
    """Return the line of a mention, marked: no request finds a name inside a word of another language («ومسقط»)."""
    source = _patient(target).get(index=hit["_index"], id=hit["_id"], source_includes=[_TITLE, _BODY])["_source"]
    title, body = str(source.get(_TITLE) or ""), str(source.get(_BODY) or "")
    text = Article(title, body).text
    start, end = mention["offset"]
    highlight = request["highlight"]
    before = f"{text[:start]}{highlight['pre_tags'][0]}{text[start:end]}{highlight['post_tags'][0]}"
    if end <= len(title):
        return {_TITLE: [before + title[end:]]}
    if not highlight["fields"][_BODY]["number_of_fragments"]:
        return {_BODY: [(before + text[end:])[len(text) - len(body) :]]}
    return {_BODY: [before.rpartition("\n")[2] + text[end:].partition("\n")[0]]}
