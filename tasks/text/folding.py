"""One spelling for the many ways a word is typed: the key under which text is compared.

Used wherever Python compares text (names, dates, copies, repeated lines). What users search is folded in
Elasticsearch by the chains in `mappings`; nothing here changes what they read.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
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
        return folded


_TABLE: Final = _Table()

#: The characters of Persian, Arabic and English text that fold to themselves, and all others.
_PLAIN: Final = "".join(
    character
    for block in (range(0x80), range(0xA0, 0x100), range(0x600, 0x700), range(0x2000, 0x2070))
    for character in map(chr, block)
    if _fold_character(character) == character
)
_OTHERS: Final = re.compile(f"[^{re.escape(_PLAIN)}]")


def fold(text: str) -> str:
    """Return the comparison key of `text`: one form a letter, Latin digits, no marks, no ZWNJ, no case.

    Total and idempotent. White space and punctuation stay. `fold("هسته\u200cای") == fold("هستهای")`,
    `fold("إيران") == fold("ایران")`.
    """
    return unicodedata.normalize("NFC", text).translate(_TABLE)


class Offsets:
    """Where each character of a folded text came from, `offsets[index]`, up to its end, the length of the source.

    Nearly every character folds to one: kept are only the pieces between those that do not, by where they begin in
    the folded text and in the source.
    """

    __slots__ = ("_folded", "_sources")

    def __init__(self) -> None:
        self._folded = [0]
        self._sources = [0]

    def add(self, place: int, size: int) -> None:
        """Note the next character of the source that does not fold to one but to `size` characters."""
        start = self._folded[-1] + place - self._sources[-1]
        self._folded += range(start, start + size)
        self._sources += [place] * size
        self._folded.append(start + size)
        self._sources.append(place + 1)

    def __getitem__(self, index: int) -> int:
        piece = bisect_right(self._folded, index) - 1
        return self._sources[piece] + index - self._folded[piece]

    def find(self, place: int) -> int:
        """Return the first index whose character came from `place` in the source or from after it."""
        following = bisect_left(self._sources, place)
        if not following:
            return 0
        index = self._folded[following - 1] + place - self._sources[following - 1]
        return min(index, self._folded[following]) if following < len(self._folded) else index


def fold_with_offsets(text: str) -> tuple[str, Offsets]:
    """Fold `text` character by character and keep, for each folded character, where it came from.

    `text` is taken to be NFC, as display text is; then the folded text equals `fold(text)`. In the folded «هستهای» of
    «هسته\u200cای» the character 4 came from offset 5.
    """
    # In a long text few characters fold to others, and each is replaced in one go: a third of what `translate` takes.
    others = {character: _TABLE[ord(character)] for character in set(_OTHERS.findall(text))}
    uneven = [character for character, folded in others.items() if len(folded) != 1]
    offsets = Offsets()
    for place in sorted(place for character in uneven for place in _find_places(text, character)):
        offsets.add(place, len(others[text[place]]))
    for character, folded in others.items():
        # What a character folds to folds to itself: their order does not matter.
        text = text.replace(character, folded)
    return text, offsets


def _find_places(text: str, character: str) -> Iterator[int]:
    place = text.find(character)
    while place >= 0:
        yield place
        place = text.find(character, place + 1)
