"""One spelling for the many ways a word is typed: the key under which text is compared.

Used wherever Python compares text (names, dates, copies, repeated lines). What users search is folded in
Elasticsearch by the chains in `mappings`; nothing here changes what they read.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from tasks.text.characters import (
    ARABIC_INDIC_DIGITS,
    BIDI_CONTROLS,
    HARAKAT,
    LATIN_DIGITS,
    PERSIAN_DIGITS,
    TATWEEL,
    ZERO_WIDTH,
    ZWNJ,
)

#: Letters with one sound and several code points. Source: the chart of the Unicode block Arabic; the target
#: is the letter of the Persian keyboard, because it is the larger alphabet.
_LETTERS: Final = {
    "ي": "ی", "ى": "ی", "ئ": "ی", "ې": "ی", "ے": "ی", "ۍ": "ی",
    "ك": "ک", "ڪ": "ک",
    "أ": "ا", "إ": "ا", "ٱ": "ا", "آ": "ا",
    "ؤ": "و",
    "ة": "ه", "ۀ": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه", "ۂ": "ه",
    "ء": "",
}  # fmt: skip


@cache
def _fold_character(character: str) -> str:
    if character in _DROPPED:
        return ""
    if character in _LETTERS:
        return _LETTERS[character]
    folded = unicodedata.normalize("NFKC", character).casefold()
    if folded == character:
        return character
    return "".join(_fold_character(part) for part in folded)


_DROPPED: Final = frozenset(HARAKAT + TATWEEL + ZWNJ + BIDI_CONTROLS + ZERO_WIDTH)
_DIGITS: Final = dict(zip(ARABIC_INDIC_DIGITS + PERSIAN_DIGITS, LATIN_DIGITS * 2, strict=True))
_LETTERS.update(_DIGITS)


class _Table(dict[int, str]):
    """A translation table that works out a character the first time it is met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        if len(folded) == 1:
            _EVEN.add(chr(code))
        return folded


_TABLE: Final = _Table()
#: The characters met so far that fold to one.
_EVEN: Final[set[str]] = set()


def fold(text: str) -> str:
    """Return the comparison key of `text`: one form a letter, Latin digits, no marks, no ZWNJ, no case.

    Total and idempotent. White space and punctuation stay. `fold("هسته\u200cای") == fold("هستهای")`,
    `fold("إيران") == fold("ایران")`.
    """
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Fold `text` character by character and keep, for each folded character, where it came from.

    Returns the folded text and as many offsets (characters in `text`) plus one, the length of `text`.
    `text` is taken to be NFC, as display text is; then the folded text equals `fold(text)`.
    """
    # Nearly every character folds to one; the offsets between those that do not are a range.
    uneven = "".join(sorted(character for character in set(text) - _EVEN if len(_TABLE[ord(character)]) != 1))
    offsets: list[int] = []
    start = 0
    for match in _find_any(uneven).finditer(text) if uneven else ():
        place = match.start()
        offsets.extend(range(start, place))
        offsets.extend([place] * len(_TABLE[ord(match.group())]))
        start = place + 1
    offsets.extend(range(start, len(text) + 1))
    return text.translate(_TABLE), offsets


@lru_cache(maxsize=256)
def _find_any(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(characters)}]")
