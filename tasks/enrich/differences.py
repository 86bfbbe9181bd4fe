"""What differs between two versions of a text, in the words of each.

Words that fold alike are the same: the other keyboard, digits, marks and punctuation are no difference. Words
that stand once in both texts hold the versions together; between them, word by word. That keeps the cost near
the length of the texts where comparing all words with all would be its square.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from tasks.text.characters import HARAKAT, TATWEEL, ZWNJ
from tasks.text.folding import fold

_TOKEN: Final = re.compile(rf"[\w{ZWNJ}{TATWEEL}{HARAKAT}]+")

#: Stretches of more words than this on a side, with no word in common that stands once, are replaced as a whole.
_MOST_WORDS: Final = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of words that one version has and the other has not, or has otherwise.

    `removed` is what only the first version has, `added` what only the second, as written, one of them perhaps
    empty; the offsets say where, in characters of each text, also where nothing stands.
    """

    removed: str
    added: str
    removed_offset: tuple[int, int]
    added_offset: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text: what they are compared by, and where they stand."""

    keys: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def find_offset(self, first: int, last: int) -> tuple[int, int]:
        """The place of a run of words; of an empty one, where the word before it ends."""
        if first < last:
            return self.spans[first][0], self.spans[last - 1][1]
        end = self.spans[first - 1][1] if first else 0
        return end, end


def diff(one: str, other: str) -> tuple[Difference, ...]:
    """Return what has to change for `one` to become `other`, in order. Total, empty for the same words.

    `diff("او به تهران رفت", "او دیروز به شیراز رفت")` adds «دیروز», and has «شیراز» for «تهران».
    """
    before, after = _read_words(one), _read_words(other)
    differences = []
    for (start, end), (other_start, other_end) in _find_gaps(before.keys, after.keys):
        removed, added = before.find_offset(start, end), after.find_offset(other_start, other_end)
        differences.append(Difference(one[slice(*removed)], other[slice(*added)], removed, added))
    return tuple(differences)


def _read_words(text: str) -> _Words:
    found = [(key, token.span()) for token in _TOKEN.finditer(text) if (key := fold(token.group()))]
    return _Words(tuple(key for key, _ in found), tuple(span for _, span in found))


def _find_gaps(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the runs of places that differ, joined where they touch."""
    start = other_start = 0
    for place, other_place in [*_find_matches(one, other), (len(one), len(other))]:
        if place > start or other_place > other_start:
            yield (start, place), (other_start, other_place)
        start, other_start = place + 1, other_place + 1


def _find_matches(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of words that stay, rising in both."""
    start = other_start = 0
    for place, other_place in [*_find_anchors(one, other), (len(one), len(other))]:
        between, other_between = one[start:place], other[other_start:other_place]
        for at, other_at in _match_between(between, other_between):
            yield start + at, other_start + other_at
        if place < len(one):
            yield place, other_place
        start, other_start = place + 1, other_place + 1


def _match_between(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    if max(len(one), len(other)) > _MOST_WORDS:
        return
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        yield from ((block.a + step, block.b + step) for step in range(block.size))


def _find_anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest rising series of the words that stand once in both."""
    counts, other_counts = Counter(one), Counter(other)
    places = {word: place for place, word in enumerate(other)}
    pairs = [(place, places[word]) for place, word in enumerate(one) if counts[word] == 1 == other_counts[word]]
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int] = []
    for index, (_, other_place) in enumerate(pairs):
        length = bisect_left(ends, other_place)
        before.append(at_end[length - 1] if length else -1)
        ends[length:] = [other_place, *ends[length + 1 :]]
        at_end[length:] = [index, *at_end[length + 1 :]]
    series: list[tuple[int, int]] = []
    index = at_end[-1] if at_end else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]
