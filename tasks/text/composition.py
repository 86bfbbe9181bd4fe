"""Canonical composition (NFC) of any text, also of one made to choke it."""

import re
import unicodedata
from typing import Final

COMBINING_GRAPHEME_JOINER: Final = "\u034f"
_LONGEST_RUN: Final = 30
#: What may be a run of marks: neither letters nor white space nor ASCII.
_MARKS: Final = re.compile(rf"[^\w\s\x00-\x7f]{{{_LONGEST_RUN + 1},}}")


def compose(text: str) -> str:
    """Return `text` as NFC, in time that grows with its length only. Total.

    Canonical ordering takes quadratic time in a run of combining marks, so that a file of nothing else would
    never end. Runs longer than any word has are parted by an invisible joiner, as Unicode Standard Annex 15
    (Stream-Safe Text Format) has it; every other text is left alone.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(_part, text))


def _part(match: re.Match[str]) -> str:
    parted: list[str] = []
    marks = 0
    for character in match[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _LONGEST_RUN:
            parted.append(COMBINING_GRAPHEME_JOINER)
            marks = 1
        parted.append(character)
    return "".join(parted)
