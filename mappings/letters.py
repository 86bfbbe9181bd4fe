"""The folding shared by every chain, as rules of Elasticsearch's `mapping` char filter and as a function.

Both languages fold to one alphabet (the Persian keyboard's ی and ک), so what was typed on either keyboard,
or indexed under the wrong language, still meets. A first pass takes the shapes of letters (presentation forms and
the accents of Latin letters), a second what is no letter (`analysis/marks.tsv`) and the letters
(`analysis/letters.tsv`). The half-space survives where a chain needs it to find the parts of a word.

Two passes because the shapes are a thousand rows: as a filter of their own they stand in an index's settings once, and
not in the folding of each chain.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

ZWNJ: Final = "\u200c"

#: Arabic Presentation Forms A and B: shapes of letters, decomposed by the Unicode Character Database.
_PRESENTATION_FORMS: Final = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFF))

#: Latin-1 Supplement, Latin Extended-A and -B: letters with accents, decomposed by the same.
_LATIN: Final = range(0xC0, 0x250)

#: What stands between the two letters of a rule such as `وو` in vowelled text: tatweel, harakat, superscript alef.
_BETWEEN: Final = ("\u0640", *map(chr, range(0x64B, 0x653)), "\u0670")
_SHADDA: Final = "\u0651"

_HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015"


def read_rules(name: str) -> dict[str, str]:
    """Return a table of `analysis/` (code points, what they become, name) as rules from characters to characters."""
    text = (files("mappings") / "analysis" / name).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {_characters(row[0]): _characters(row[1]) for row in rows}


def _characters(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


@cache
def mark_rules() -> Mapping[str, str]:
    """Return what becomes of marks, invisible characters and rare spaces: `mark_rules()[TATWEEL] == ""`."""
    return read_rules("marks.tsv")


@cache
def letter_rules() -> Mapping[str, str]:
    """Return the one letter for every group of letters, and Latin digits: `letter_rules()["ي"] == "ی"`."""
    return read_rules("letters.tsv")


@cache
def shape_rules() -> Mapping[str, str]:
    """Return the plain characters of presentation forms and of Latin letters with accents.

    `shape_rules()["\ufefb"] == "لا"`, `shape_rules()["É"] == "E"`.
    """
    rules = _latin_rules()
    for code in _PRESENTATION_FORMS:
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            rules[chr(code)] = plain.strip()
    return rules


@cache
def folding_rules(half_space: str = ZWNJ) -> Mapping[str, str]:
    """Return the folding of plain characters; `half_space` is what becomes of half-spaces.

    That is themselves, nothing or a space. A hyphen parts words wherever a half-space does. `"مَسؤول"` becomes
    `"مسول"`.
    """
    marks, letters = mark_rules(), letter_rules()
    rules = dict(letters)
    rules |= {mark: letters.get(target, target) for mark, target in marks.items()}
    between = [*_BETWEEN, *(f"{_SHADDA}{mark}" for mark in _BETWEEN), *(f"{mark}{_SHADDA}" for mark in _BETWEEN)]
    for pair, target in letters.items():
        if len(pair) > 1:
            rules |= {marks_inside.join(pair): target for marks_inside in between}
    if half_space != ZWNJ:
        rules = {source: target.replace(ZWNJ, half_space) for source, target in rules.items()} | {ZWNJ: half_space}
    if half_space == " ":
        rules |= dict.fromkeys(_HYPHENS, " ")
    return rules


def _latin_rules() -> dict[str, str]:
    found = {}
    for code in _LATIN:
        base = "".join(part for part in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(part))
        if base != chr(code) and base.isascii():
            found[chr(code)] = base
    return found


def write_rules(rules: Mapping[str, str]) -> list[str]:
    """Return `rules` as the `mappings` of a mapping char filter, every character escaped."""
    return [f"{_escape(source)} => {_escape(target)}" for source, target in rules.items()]


def _escape(text: str) -> str:
    return "".join(f"\\u{ord(character):04X}" for character in text)


@cache
def _passes() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    passes = (shape_rules(), folding_rules())
    return tuple(
        (re.compile("|".join(map(re.escape, sorted(rules, key=len, reverse=True)))), rules) for rules in passes
    )


def fold(text: str) -> str:
    """Return `text` as the char filters leave it: `fold("مَسؤول") == "مسول"`; the half-space stays."""
    for pattern, rules in _passes():
        text = _replace(pattern, rules, text)
    return text


def _replace(pattern: re.Pattern[str], rules: Mapping[str, str], text: str) -> str:
    return pattern.sub(lambda match: rules[match.group()], text)
