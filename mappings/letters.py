"""The folding shared by every chain, as rules of Elasticsearch's `mapping` char filter and as a function.

Both languages fold to one alphabet (the Persian keyboard's ی and ک), so what was typed on either keyboard,
or indexed under the wrong language, still meets. Two passes: what is no letter (`analysis/marks.tsv` and the
presentation forms), then the letters (`analysis/letters.tsv`). The half-space survives both; the chains need
it to find the parts of a word and drop it last.
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


def _read_rules(name: str) -> dict[str, str]:
    text = (files("mappings") / "analysis" / name).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {_characters(row[0]): _characters(row[1]) for row in rows}


def _characters(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


@cache
def mark_rules() -> Mapping[str, str]:
    """Return what becomes of marks, invisible characters, rare spaces and presentation forms.

    `mark_rules()[TATWEEL] == ""`; a presentation form becomes the letters it shows.
    """
    rules = _read_rules("marks.tsv")
    for code in _PRESENTATION_FORMS:
        shown = unicodedata.normalize("NFKC", chr(code))
        if shown != chr(code):
            rules[chr(code)] = "".join(rules.get(part, part) for part in shown).strip()
    return rules


@cache
def letter_rules() -> Mapping[str, str]:
    """Return the one letter for every group of letters, and Latin digits: `letter_rules()["ي"] == "ی"`."""
    return _read_rules("letters.tsv")


def write_rules(rules: Mapping[str, str]) -> list[str]:
    """Return `rules` as the `mappings` of a mapping char filter, every character escaped."""
    return [f"{_escape(source)} => {_escape(target)}" for source, target in rules.items()]


def _escape(text: str) -> str:
    return "".join(f"\\u{ord(character):04X}" for character in text)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    rules = {"marks": mark_rules, "letters": letter_rules}[name]()
    return re.compile("|".join(map(re.escape, sorted(rules, key=len, reverse=True))))


def fold(text: str) -> str:
    """Return `text` as the two char filters leave it: `fold("مَسؤول") == "مسول"`; the half-space stays."""
    marks, letters = mark_rules(), letter_rules()
    text = _pattern("marks").sub(lambda match: marks[match.group()], text)
    return _pattern("letters").sub(lambda match: letters[match.group()], text)
