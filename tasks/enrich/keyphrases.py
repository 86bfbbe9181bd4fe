"""The phrases that tell a text from others, as it writes them.

Candidates stand between punctuation, numbers, function words and verbs; a recognised name is one word. A
candidate counts by its words: how often they come, how early, and whether the headline has them. Chosen with
`benchmarks/enrichment.py` on the sample pages against phrases marked by hand: of ten phrases some six are
right, of YAKE's two or three, at a tenth of the time.
"""

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop
from typing import Final

from tasks.enrich.phrase_runs import Runs, Word, find_runs
from tasks.enrich.phrase_words import load_common

#: At most so many words a phrase; a name counts as one.
_MOST_WORDS: Final = 4

#: Only the beginning of a long text is looked at, in characters: it names what the rest is about.
_MOST_CHARACTERS: Final = 12_000

#: What words may number: something stands between two.
_COUNTS: Final = range(_MOST_CHARACTERS // 2 + 1)

#: After so many words a text's beginning counts a third.
_BEGINNING: Final = 120

#: What a key counts that comes so often; that has so many words before it; that the headline has.
_FREQUENT: Final = [1 + math.log(count or 1) for count in _COUNTS]
_EARLY: Final = [1 + math.exp(-place / _BEGINNING) for place in _COUNTS]
_HEADLINE: Final = 1.5

_LANGUAGES: Final = ("fa", "ar")

#: A phrase by its negative score, so that the best is the least, and its first and last word where it stands first.
_Ranked = tuple[float, int, int]

#: What a key or a word counts for, whether (one of) its keys comes once only, and whether it is no common word.
_Weight = tuple[float, bool, bool]


class _Repeated:
    """A phrase all whose words come again: how often it does itself, how well it is set off from what surrounds it."""

    __slots__ = ("count", "first", "last", "set_off", "tells", "weight")

    def __init__(self, first: int, last: int, weight: float, tells: bool) -> None:
        self.first = first
        self.last = last
        self.weight = weight
        self.tells = tells
        self.count = 0
        self.set_off = 0

    def add(self, set_off: int) -> None:
        """Count the phrase once more."""
        self.count += 1
        if set_off > self.set_off:
            self.set_off = set_off


def find_keyphrases(
    text: str,
    language: str,
    names: Sequence[tuple[int, int]] = (),
    size: int = 10,
    pieces: list[str] | None = None,
) -> tuple[str, ...]:
    """Return at most `size` phrases of `text`, as written, the most telling first.

    `text` is the display text: title, blank line, body. `names` are the offsets of the names found in it, in
    order; `pieces` is what `split_words` makes of it, where that is known. Total and deterministic; texts in other
    languages than `fa` and `ar` have none.
    """
    if language not in _LANGUAGES:
        return ()
    if len(text) > _MOST_CHARACTERS:
        text, pieces = text[:_MOST_CHARACTERS], None
    title_end = max(text.find("\n\n"), 0)
    runs = find_runs(text, language, names, title_end, pieces)
    words = runs.words
    weights = _weigh_keys(words, load_common(language), title_end)
    ranked = _rank_phrases(runs, [_weigh_word(word[3], weights) for word in words])
    return tuple(text[words[first][0] : words[last][1]] for first, last in _choose(ranked, words, size))


def _weigh_keys(words: Iterable[Word], common: Container[str], title_end: int) -> dict[str, _Weight]:
    """Weigh each key by how often it comes, how early, and whether the headline has it."""
    keys = [(key, word) for word in words for key in word[3]]
    counts = Counter([key for key, _ in keys])
    weights: dict[str, _Weight] = {}
    # Reversed, so that of each key the first word is left.
    for key, (start, _, place, _, _) in dict(reversed(keys)).items():
        count, telling = counts[key], key not in common
        weight = _FREQUENT[count] * _EARLY[place]
        if start < title_end:
            weight *= _HEADLINE
        if not telling:
            weight *= _COMMON
        weights[key] = weight, count == 1, telling
    return weights


def _weigh_word(keys: Sequence[str], weights: Mapping[str, _Weight]) -> _Weight:
    """Weigh a word; a name may have several keys."""
    if len(keys) == 1:
        return weights[keys[0]]
    every = [weights[key] for key in keys]
    return sum([one[0] for one in every]), any(one[1] for one in every), any(one[2] for one in every)


def _rank_phrases(runs: Runs, weights: Sequence[_Weight]) -> list[_Ranked]:
    """Return the phrases and what they count for, in no order, without those of nothing but common words.

    A phrase with a word that never comes again does not come again either. Most are such, and need not be remembered.
    """
    words, names = runs.words, runs.names
    ranked: list[_Ranked] = []
    repeated: dict[tuple[str, ...], _Repeated] = {}
    for start, end in runs.bounds:
        for first in range(start, end):
            if not words[first][4]:
                continue
            phrase: tuple[str, ...] = ()
            weight = 0.0
            once = tells = False
            for last in range(first, min(first + _MOST_WORDS, end)):
                heavier, rare, telling = weights[last]
                weight += heavier
                once = once or rare
                tells = tells or telling
                set_off = (first == start) + (last + 1 == end)
                if not once:
                    phrase += words[last][3]
                    if phrase not in repeated:
                        repeated[phrase] = _Repeated(first, last, weight, tells)
                    repeated[phrase].add(set_off)
                elif not tells:
                    continue
                elif first < last:
                    # What `_score` says of most phrases, and of most words: to call it would take longer.
                    size = last - first + len(words[last][3])
                    ranked.append((-weight / math.sqrt(size) * _SET_OFF[set_off], first, last))
                elif first not in names:
                    ranked.append((-weight * _ONE_WORD * _SET_OFF[set_off], first, last))
                else:
                    ranked.append((-_score(weight, len(words[last][3]), 1, set_off, is_name=True), first, last))
    for phrase, at in repeated.items():
        if at.tells:
            score = _score(at.weight, len(phrase), at.count, at.set_off, at.first in names)
            ranked.append((-score, at.first, at.last))
    return ranked


#: What a phrase counts that touches words of its run on both sides, on one, on none.
_SET_OFF: Final = (0.5, 0.75, 1.0)
#: What a name of several words counts, a name of one, another word alone that comes once, and a common word.
_LONG_NAME: Final = 1.5
_SHORT_NAME: Final = 0.65
_ONE_WORD: Final = 0.45
_ONE_WORD_AGAIN: Final = 0.7
_COMMON: Final = 0.3


def _score(weight: float, size: int, count: int, set_off: int, is_name: bool) -> float:
    score = weight / math.sqrt(size)
    if count > 1:
        score *= 1 + 0.5 * math.log(count)
    if is_name:
        return score * (_LONG_NAME if size > 1 else _SHORT_NAME)
    if size == 1:
        score *= _ONE_WORD if count == 1 else _ONE_WORD_AGAIN
    return score * (_SET_OFF[set_off] if count == 1 else 0.8 + 0.1 * set_off)


def _choose(ranked: list[_Ranked], words: Sequence[Word], size: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last word of the best phrases of which less than half was said before.

    Of equal phrases the first in the text is taken; few of all will be asked for.
    """
    heapify(ranked)
    said: set[str] = set()
    left = size
    while ranked and left:
        _, first, last = heappop(ranked)
        keys = [key for word in words[first : last + 1] for key in word[3]]
        if 2 * sum([key in said for key in keys]) < len(keys):
            said.update(keys)
            left -= 1
            yield first, last
