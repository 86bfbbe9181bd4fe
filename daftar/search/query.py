"""From a search text to the Elasticsearch query that daftar asks: the command line, the page, the benchmark.

The precise, the stemmed and the paired forms count together (their scores are added), the headline above the
body, recognised names beside them, words that stand together above words far apart. Texts are only ever values
of `match` clauses, never query syntax, so no text can make Elasticsearch refuse the request.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from daftar.search.highlights import build_highlight
from daftar.search.naming import list_native
from daftar.search.question import (
    drop_asking,
    function_words,
    guess_language,
    has_content,
    is_foreign_somewhere,
    list_words,
)
from daftar.search.syntax import Role, Search, Term, read_search

Json = dict[str, Any]

#: Weight of each field in a query of words. Measured with `benchmarks/relevance.py`.
WORD_FIELDS: Final = {
    "title": 1.0,
    "title.stem": 1.6,
    "title.bigram": 0.6,
    "body": 0.5,
    "body.stem": 0.8,
    "body.bigram": 0.3,
    "restored": 0.1,
}

#: What it adds when the words of a query stand together, in their order but for this many steps.
NEARNESS: Final = {"title.stem": 1.0, "body.stem": 0.5}
NEAR: Final = 4

#: Documents in the other language than a clearly Persian or Arabic question keep this much of their score. Each
#: index weighs words by its own documents, and a word of the other language, rare there, would weigh too much.
OTHER_LANGUAGE: Final = 0.3

#: Weight of the recognised names, and in a clearly Persian or Arabic question, whose names the text has as well:
#: counted fully there they would draw every page with the same names before the one that answers.
NAMES: Final = 0.5
NAMES_ASKED: Final = 0.1

#: Words of a person's whole name, which is also sought by its sound: one word alone sounds like too many others.
_NAME_WORDS: Final = range(2, 6)
#: Words that may stand between two of them on the page: a second given name.
_NAME_SLOP: Final = 1
_NAME_WORD: Final = re.compile("[\u0621-\u064a\u0671-\u06d3]{2,}")

#: What makes a document match a required or forbidden word: spellings together, endings kept apart.
PRECISE_FIELDS: Final = ("title", "body", "names")

_KEYWORD_FIELDS: Final = frozenset({"people", "places", "organizations", "file.path", "language"})
_WILDCARDS: Final = str.maketrans({"*": r"\*", "?": r"\?", "\\": r"\\"})


def build_query(text: str, *, language: str | None = None) -> Json:
    """Return the query of a search text, limited to documents in `language` when that is given.

    The syntax is told in `daftar.search.syntax`. An empty text finds everything, one without a letter or
    digit («؟») nothing. Total: never raises, and the result can be written as JSON.
    """
    query = _build_clauses(text, NEARNESS)
    if language:
        return {"bool": {"must": [query], "filter": [{"term": {"language": language}}]}}
    if guess := guess_language(text):
        other = {"term": {"language": "ar" if guess == "fa" else "fa"}}
        return {"boosting": {"positive": query, "negative": other, "negative_boost": OTHER_LANGUAGE}}
    return query


def build_marking(text: str) -> Json:
    """Return the query of what is marked: what `build_query` looks for, but for words that stand near each other.

    Elasticsearch marks a phrase with all that lies in it: for «تهران پوتین» it would mark a whole «تهران میزبان پوتین».
    """
    return _build_clauses(text, {})


def _build_clauses(text: str, nearness: Mapping[str, float]) -> Json:
    search = read_search(text)
    if not search.terms and not search.alternatives:
        return {"match_none": {}} if text.strip() else {"match_all": {}}
    clauses: dict[str, list[Json]] = {"must": [], "must_not": [], "should": [], "filter": []}
    for term in search.terms:
        if term.role is Role.FORBIDDEN:
            clauses["must_not"].append(_match_term(term))
        elif term.field in {"after", "before"} or term.field in _KEYWORD_FIELDS:
            clauses["filter"].append(_match_term(term))
        elif term.role is Role.REQUIRED or term.field:
            clauses["must"].append(_match_term(term))
    for group in search.alternatives:
        clauses["must"].append({"bool": {"should": [_match_term(term) for term in group]}})
    if liked := join_liked(search):
        clauses["should" if clauses["must"] else "must"].append(_match_words(liked, nearness))
    return {"bool": {occurrence: found for occurrence, found in clauses.items() if found}}


def join_liked(search: Search) -> str:
    """Return the words of a search that count and need not be there, «بوتين طهران» of «بوتين +سوريا طهران»."""
    return " ".join(term.text for term in search.terms if term.role is Role.LIKED and not term.field)


def _match_as_written(text: str, **options: Any) -> Json:
    """Match words that every other form leaves out («چند», «متى»): the paired form holds all words, folded."""
    return {"multi_match": {"query": text, "fields": ["title.bigram", "body.bigram"], "analyzer": "folded", **options}}


def _match_words(text: str, nearness: Mapping[str, float]) -> Json:
    if not has_content(text):
        return _match_as_written(text, operator="and")
    fields = [f"{field}^{weight}" for field, weight in WORD_FIELDS.items()]
    words = {"multi_match": {"query": drop_asking(text), "type": "most_fields", "fields": fields}}
    names = {"match": {"names": {"query": text, "boost": NAMES_ASKED if guess_language(text) else NAMES}}}
    more = [match_sound(text), _match_as_written(text, operator="and") if is_foreign_somewhere(text) else None]
    native = [_match_native(spelling) for spelling in list_native(text)]
    near = [
        {"match_phrase": {field: {"query": text, "slop": NEAR, "boost": weight}}} for field, weight in nearness.items()
    ]
    return {"bool": {"should": [words, names, *filter(None, more), *native, *near]}}


def _match_native(spelling: str) -> Json:
    """Match the word of a name inside another name: `tehran` finds a page that only has استقلال تهران, a club."""
    options = {"type": "phrase", "analyzer": "precise", "boost": NAMES_ASKED}
    return {"multi_match": {"query": spelling, "fields": ["title", "body"], **options}}


def match_sound(text: str) -> Json | None:
    """Return the clause for names that sound like a text, or None when it cannot be a whole name.

    A whole name is two to five words of Arabic script, none of them a function word: `"باول تشرنوف"` finds the
    page that has «پاول چرنوف», but `"زرافه"` no page for its «ظریف». Listed names need no sound: a document has
    them in every spelling.
    """
    words = list_words(text)
    known = function_words()
    if len(words) not in _NAME_WORDS or not all(_NAME_WORD.fullmatch(word) and word not in known for word in words):
        return None
    return {"match_phrase": {"names.skeleton": {"query": text, "slop": _NAME_SLOP, "boost": 0.2}}}


def _match_term(term: Term) -> Json:
    if term.field in {"after", "before"}:
        return {"range": {"@timestamp": {"gte" if term.field == "after" else "lte": term.text}}}
    if term.field in _KEYWORD_FIELDS:
        return _match_keyword(term)
    if term.field != "names" and not has_content(term.text):
        return _match_as_written(term.text, **({"type": "phrase"} if term.phrase else {"operator": "and"}))
    fields: Sequence[str] = (term.field,) if term.field else PRECISE_FIELDS
    if term.phrase:
        return _match_phrase(term.text, fields)
    return {"multi_match": {"query": term.text, "type": "best_fields", "operator": "and", "fields": list(fields)}}


def _match_phrase(text: str, fields: Sequence[str]) -> Json:
    """Match a phrase with all its words, those too that a question is asked without: «چه گفت» is not «او گفت»."""
    phrase = {"query": text, "type": "phrase"}
    written = [field for field in fields if field != "names"]
    clauses = [{"multi_match": {**phrase, "fields": written, "analyzer": "precise"}}] if written else []
    if "names" in fields:
        clauses.append({"multi_match": {**phrase, "fields": ["names"]}})
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _match_keyword(term: Term) -> Json:
    if term.field == "language":
        return {"term": {"language": term.text.lower()}}
    value = f"*{term.text.translate(_WILDCARDS)}*"
    return {"wildcard": {term.field: {"value": value, "case_insensitive": True}}}


def build_search(text: str, *, language: str | None = None, size: int = 10, sort: str = "score") -> Json:
    """Return the whole request: query, highlights on the source spelling, order (`score` or `date`).

    `highlights.complete_marks` makes the marks of its hits whole.
    """
    order: list[Json] = [{"_score": "desc"}, {"@timestamp": "desc"}, {"document_id": "asc"}]
    if sort == "date":
        order = order[1:]
    return {
        "query": build_query(text, language=language),
        "size": size,
        "sort": order,
        "track_total_hits": True,
        "track_scores": True,
        "highlight": build_highlight(build_marking(text)),
    }


def build_suggestion(text: str) -> Json:
    """Return the request for other spellings of the words of a text, for when nothing was found."""
    words = " ".join(term.text for term in read_search(text).terms if not term.field)
    term = {"field": "body.exact", "suggest_mode": "missing", "min_word_length": 3, "size": 1}
    return {"size": 0, "suggest": {"words": {"text": words, "term": term}}}
