"""Reading a search text: words, phrases in quotes, `+ - OR`, field prefixes. Total: every text means something.

مذاکرات هسته‌ای              both words count, neither must be there
"بشار اسد" -روسیه            the phrase must be there, the word must not
+تهران place:وین             the word must be there; only documents that name the place
ایران OR العراق              one of the two must be there
title:پوتین after:2017-11-01  in the headline; published since
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

#: More characters and words than anyone types; what is longer is cut, so that no query grows too large.
MAXIMUM_LENGTH: Final = 1_000
MAXIMUM_TERMS: Final = 64

#: Field prefixes, in English as the documentation has them, and the fields they mean.
FIELDS: Final = {
    "title": "title",
    "body": "body",
    "name": "names",
    "person": "people",
    "place": "places",
    "organization": "organizations",
    "path": "file.path",
    "language": "language",
    "after": "after",
    "before": "before",
}

_TERM: Final = re.compile(
    r"""
    (?P<sign>[+-]?)
    (?:(?P<field>[a-z]+):)?
    (?: "(?P<straight>[^"]*)" | «(?P<angle>[^»]*)» | “(?P<curly>[^”]*)” | (?P<word>[^\s"«“]+) )
    | \S
    """,
    re.VERBOSE,
)
_UNSPEAKABLE: Final = re.compile("[\x00-\x1f\ud800-\udfff]")
_DAY: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


class Role(Enum):
    """What a term asks of a document."""

    LIKED = "liked"
    REQUIRED = "required"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase of the search text, what it asks, and the field it is limited to (empty: any)."""

    text: str
    role: Role = Role.LIKED
    field: str = ""
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """A search text that was read: its terms in order, and the groups of which one term must be there."""

    terms: tuple[Term, ...] = ()
    alternatives: tuple[tuple[Term, ...], ...] = ()


def read_search(text: str) -> Search:
    """Return what a search text asks; `read_search("+تهران").terms[0].role is Role.REQUIRED`.

    Never raises. An unclosed quote, a lone operator and a prefix that is no field are taken as written.
    """
    terms: list[Term] = []
    groups: list[list[Term]] = []
    joining = False
    cleaned = _UNSPEAKABLE.sub(" ", text)[:MAXIMUM_LENGTH]
    for match in list(_TERM.finditer(cleaned))[:MAXIMUM_TERMS]:
        if match["word"] in {"OR", "|"} and not match["sign"] and not match["field"]:
            joining = bool(terms or groups)
            continue
        term = _read_term(match)
        if term is None:
            continue
        if joining and term.role is Role.LIKED:
            if terms and terms[-1].role is Role.LIKED:
                groups.append([terms.pop(), term])
            elif groups:
                groups[-1].append(term)
            else:
                terms.append(term)
        else:
            terms.append(term)
        joining = False
    return Search(tuple(terms), tuple(map(tuple, groups)))


def _read_term(match: re.Match[str]) -> Term | None:
    quoted = next((match[kind] for kind in ("straight", "angle", "curly") if match[kind] is not None), None)
    text = (quoted if quoted is not None else match["word"] or "").strip()
    prefix = match["field"] or ""
    known = prefix in FIELDS and not (prefix in {"after", "before"} and not _DAY.fullmatch(text))
    if not known and prefix:
        text = f"{prefix} {text}"
    if not any(map(str.isalnum, text)):
        return None
    phrase = quoted is not None
    role = {"+": Role.REQUIRED, "-": Role.FORBIDDEN}.get(match["sign"] or "")
    limited = known and FIELDS[prefix] not in {"title", "body", "names"}
    if role is None:
        role = Role.REQUIRED if phrase or limited else Role.LIKED
    return Term(text, role, FIELDS[prefix] if known else "", phrase)


def list_sought(text: str) -> list[Term]:
    """Return the words and phrases that a search text looks for in texts and names, each once, in order."""
    search = read_search(text)
    terms: Iterable[Term] = (*search.terms, *(term for group in search.alternatives for term in group))
    wanted: dict[str, Term] = {}
    for term in terms:
        if term.role is Role.FORBIDDEN or term.field not in {"", "title", "body", "names"}:
            continue
        if term.phrase:
            wanted.setdefault(term.text, term)
        else:
            # An unquoted value may be of several words: `title:x` gives one, an unknown prefix two.
            wanted.update({word: Term(word) for word in term.text.split() if word not in wanted})
    return list(wanted.values())
