"""The phrases that tell a text from others, as it writes them.

Candidates stand between punctuation, numbers, function words and verbs; a recognised name is one word. A
candidate counts by its words: how often they come, how early, and whether the headline has them. Chosen with
`benchmarks/enrichment.py` on the sample pages against phrases marked by hand: of ten phrases some six are
right, of YAKE's two or three, at a tenth of the time.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop
from typing import Final, NamedTuple

from tasks.enrich.phrase_words import TOKEN, load_common, load_forms
from tasks.text.folding import fold

#: At most so many words a phrase; a name counts as one.
_MOST_WORDS: Final = 4

#: After so many words a text's beginning counts a third.
_BEGINNING: Final = 120

#: Only the beginning of a long text is looked at, in characters: it names what the rest is about.
_MOST_CHARACTERS: Final = 12_000

_SENTENCE_END: Final = re.compile(r"[.\n!?\u061f\u061b]")
_LANGUAGES: Final = ("fa", "ar")
_TOKENS: Final = re.compile(f"({TOKEN.pattern})")


class _Word(NamedTuple):
    """A word that a phrase may hold, or a name; `keys` are its folded words without article and plural."""

    start: int
    end: int
    keys: tuple[str, ...]
    place: int
    is_name: bool = False
    may_begin: bool = True


class _Candidate:
    """A phrase: where it stands first, how often it comes, how well it is set off from what surrounds it."""

    __slots__ = ("count", "end", "is_name", "keys", "set_off", "start", "weight")

    def __init__(self, first: _Word, last: _Word, keys: tuple[str, ...], weight: float) -> None:
        self.start = first.start
        self.end = last.end
        self.is_name = first.is_name
        self.keys = keys
        self.weight = weight
        self.count = 0
        self.set_off = 0


def find_keyphrases(text: str, language: str, names: Sequence[tuple[int, int]] = (), size: int = 10) -> tuple[str, ...]:
    """Return at most `size` phrases of `text`, as written, the most telling first.

    `text` is the display text: title, blank line, body. `names` are the offsets of the names found in it, in
    order. Total and deterministic; texts in other languages than `fa` and `ar` have none.
    """
    if language not in _LANGUAGES:
        return ()
    text = text[:_MOST_CHARACTERS]
    title_end = max(text.find("\n\n"), 0)
    runs = list(_find_runs(text, language, names, title_end))
    weights = _weigh_words([word for run in runs for word in run], language, title_end)
    common = load_common(language)
    candidates = [phrase for phrase in _list_candidates(runs, weights) if not common.issuperset(phrase.keys)]
    chosen = _choose(_rank(candidates), size)
    return tuple(text[phrase.start : phrase.end] for phrase in chosen)


def _find_runs(
    text: str, language: str, names: Sequence[tuple[int, int]], title_end: int
) -> Iterator[tuple[_Word, ...]]:
    """Yield the words that stand together with nothing between them that a phrase cannot hold."""
    named = {start: end for start, end in names if start < end <= len(text)}
    starts = iter(sorted(named))
    name = next(starts, len(text))
    forms = load_forms(language)
    pieces = _TOKENS.split(text)
    run: list[_Word] = []
    last = previous = 0
    for place, (gap, written) in enumerate(zip(pieces[:-1:2], pieces[1::2], strict=True)):
        first = last + len(gap)
        if last != previous:
            gap = text[previous:first]  # After a name that ends inside a word, or has swallowed some.
        last = first + len(written)
        if first < previous:
            continue
        while name < first:
            name = next(starts, len(text))
        word = _read_name(text, name, named[name], place, language) if name < last else None
        if word is None:
            keys, breaks, opens, may_begin, broken = forms[written]
            if not breaks and not (opens and _opens_sentence(first, gap, place, title_end)):
                word = _Word(first, last, keys, place, False, may_begin)
        else:
            broken = word.start > first
        if run and (broken or word is None or (gap != " " and gap.strip(" "))):
            yield tuple(run)
            run = []
        if word is not None:
            run.append(word)
            if word.is_name:
                yield tuple(run)
                run = []
        previous = word.end if word is not None else last
    if run:
        yield tuple(run)


def _opens_sentence(first: int, gap: str, place: int, title_end: int) -> bool:
    return first > title_end and (place == 0 or (gap != " " and _SENTENCE_END.search(gap) is not None))


def _read_name(text: str, start: int, end: int, place: int, language: str) -> _Word | None:
    """Return the name that stands in a place, with the marks that belong to its last letter."""
    while end < len(text) and not fold(text[end]):
        end += 1
    keys = tuple(key for word in TOKEN.findall(text[start:end]) for key in load_forms(language)[word].keys)
    return _Word(start, end, keys, place, is_name=True) if keys else None


def _weigh_words(words: Sequence[_Word], language: str, title_end: int) -> dict[str, float]:
    common = load_common(language)
    counts = Counter([key for word in words for key in word.keys])
    weights: dict[str, float] = {}
    for start, _, keys, place, _, _ in words:
        for key in keys:
            if key not in weights:
                early = 1 + math.exp(-place / _BEGINNING)
                headline = 1.5 if start < title_end else 1.0
                weights[key] = (1 + math.log(counts[key])) * early * headline * (_COMMON if key in common else 1)
    return weights


def _list_candidates(runs: Sequence[tuple[_Word, ...]], weights: Mapping[str, float]) -> Iterable[_Candidate]:
    candidates: dict[tuple[str, ...], _Candidate] = {}
    for run in runs:
        last = len(run) - 1
        for first, word in enumerate(run):
            if not word.may_begin:
                continue
            keys: tuple[str, ...] = ()
            weight = 0.0
            for place, other in enumerate(run[first : first + _MOST_WORDS], first):
                keys += other.keys
                for key in other.keys:
                    weight += weights[key]
                candidate = candidates.get(keys)
                if candidate is None:
                    candidate = candidates[keys] = _Candidate(word, other, keys, weight)
                candidate.count += 1
                set_off = (first == 0) + (place == last)
                if set_off > candidate.set_off:
                    candidate.set_off = set_off
    return candidates.values()


#: What a phrase counts that touches words of its run on both sides, on one, on none.
_SET_OFF: Final = (0.5, 0.75, 1.0)
#: What a name of several words counts, a name of one, another word alone that comes once, and a common word.
_LONG_NAME: Final = 1.5
_SHORT_NAME: Final = 0.65
_ONE_WORD: Final = 0.45
_ONE_WORD_AGAIN: Final = 0.7
_COMMON: Final = 0.3


def _score(phrase: _Candidate) -> float:
    count, size = phrase.count, len(phrase.keys)
    score = phrase.weight / math.sqrt(size)
    if count > 1:
        score *= 1 + 0.5 * math.log(count)
    if phrase.is_name:
        return score * (_LONG_NAME if size > 1 else _SHORT_NAME)
    if size == 1:
        score *= _ONE_WORD if count == 1 else _ONE_WORD_AGAIN
    return score * (_SET_OFF[phrase.set_off] if count == 1 else 0.8 + 0.1 * phrase.set_off)


def _rank(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Yield the candidates, the best first, of equal ones the first in the text; few of them will be asked for."""
    heap = [(-_score(phrase), phrase.start, order) for order, phrase in enumerate(candidates)]
    heapify(heap)
    while heap:
        yield candidates[heappop(heap)[2]]


def _choose(ranked: Iterable[_Candidate], size: int) -> Iterator[_Candidate]:
    """Yield the best candidates of which less than half was said before."""
    said: set[str] = set()
    left = size
    if not left:
        return
    for phrase in ranked:
        keys = phrase.keys
        if 2 * sum([key in said for key in keys]) < len(keys):
            said.update(keys)
            left -= 1
            yield phrase
            if not left:
                return
