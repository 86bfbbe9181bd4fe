"""Numbers written as words, in Persian and Arabic, up to 9999: days of a month, decades, years.

Source: the grammars of the two languages. Persian joins descending parts with «و»; Arabic puts the unit
before the tens («خمسة وعشرون») and writes «و» onto the word that follows. The words are in `numbers.tsv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from tasks.text.folding import fold
from tasks.text.tables import load_rows

_AND: Final = "و"


class Number(NamedTuple):
    """A number that was read: its value, whether it is an ordinal, and the index of the word after it."""

    value: int
    ordinal: bool
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    value: int
    kind: str


@cache
def number_words(language: str) -> dict[str, _Word]:
    """Return the folded number words of a language; a word typed in two parts has a space in it."""
    words = {fold(word): _Word(int(value), kind) for word, value, kind in load_rows(language, "numbers.tsv")}
    if language == "fa":
        tens = [(word, entry.value) for word, entry in words.items() if 20 <= entry.value <= 90]
        units = [(word, entry) for word, entry in words.items() if entry.value < 10]
        for ten, value in tens:
            for unit, entry in units:
                words[ten + _AND + unit] = _Word(value + entry.value, entry.kind)
    return words


def parse_number(text: str, language: str) -> int | None:
    """Return the number that `text` spells, all of it, or None.

    `parse_number("بیست و هشتم", "fa") == 28`, `parse_number("ألفين وسبعة عشر", "ar") == 2017`.
    """
    words = fold(text).split()
    number = read_number(words, 0, language) if words else None
    return number.value if number and number.end == len(words) else None


def read_number(words: Sequence[str], start: int, language: str) -> Number | None:
    """Read the longest number that begins at `words[start]`; the words are folded.

    A second number that cannot belong to the first is left alone: «دوم و سوم» is 2, then 3.
    """
    found = _word_at(words, start, language)
    if found is None:
        return None
    word, end = found
    thousands, rest = (word.value, 0) if word.value >= 1000 else (0, word.value)
    ordinal = word.kind == "ordinal"
    while not (ordinal and language == "fa"):
        extended = _extend(words, end, language, thousands, rest)
        if extended is None:
            break
        thousands, rest, end, last = extended
        ordinal = ordinal or (last == "ordinal" and language == "fa")
    return Number(thousands + rest, ordinal, end)


def _word_at(words: Sequence[str], index: int, language: str) -> tuple[_Word, int] | None:
    vocabulary = number_words(language)
    if index >= len(words):
        return None
    if index + 1 < len(words):
        pair = vocabulary.get(f"{words[index]} {words[index + 1]}")
        if pair:
            return pair, index + 2
    word = vocabulary.get(words[index])
    return (word, index + 1) if word else None


def _extend(
    words: Sequence[str], index: int, language: str, thousands: int, rest: int
) -> tuple[int, int, int, str] | None:
    """Add the next part to the sum, if there is one and it has a place there."""
    direct = _word_at(words, index, language)
    if direct:
        word, end = direct
        if word.value == 1000 and not thousands and 0 < rest < 100:
            return rest * 1000, 0, end, word.kind
        if word.value == 100 and 3 <= rest < 10:
            return thousands, rest * 100, end, word.kind
        if word.kind == "ten" and 0 < rest % 100 < 10:
            return thousands, rest + 10, end, word.kind
        return None
    joined = _joined(words, index, language)
    if joined is None:
        return None
    word, end = joined
    if not _fits(word, thousands, rest, language):
        return None
    return thousands, rest + word.value, end, word.kind


def _joined(words: Sequence[str], index: int, language: str) -> tuple[_Word, int] | None:
    """Return the number word behind «و», which Arabic writes onto it."""
    if index >= len(words) or not words[index].startswith(_AND):
        return None
    if words[index] == _AND:
        return _word_at(words, index + 1, language)
    word = number_words(language).get(words[index][1:]) if language == "ar" else None
    return (word, index + 1) if word else None


def _fits(word: _Word, thousands: int, rest: int, language: str) -> bool:
    below = rest % 100
    if word.value >= 1000:
        return False
    if word.value >= 100:
        return rest == 0 and thousands > 0
    if word.value >= 20:
        return below == 0 or (language == "ar" and below < 10)
    return below == 0 or (language == "fa" and below >= 20 and below % 10 == 0 and word.value < 10)
