"""The phrases that tell a text from others, as it writes them.

Candidates stand between punctuation, numbers, function words and verbs; a recognised name is one word. A
candidate counts by its words: how often they come, how early, and whether the headline has them. Chosen with
`benchmarks/enrichment.py` on the sample pages against phrases marked by hand: of ten phrases some six are
right, of YAKE's two or three, at a tenth of the time.
"""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tasks.text.characters import HARAKAT, TATWEEL, ZWNJ
from tasks.text.folding import fold
from tasks.text.tables import load_words

#: At most so many words a phrase; a name counts as one.
_MOST_WORDS: Final = 4

#: After so many words a text's beginning counts a third.
_BEGINNING: Final = 120

#: Only the beginning of a long text is looked at, in characters: it names what the rest is about.
_MOST_CHARACTERS: Final = 12_000

_TOKEN: Final = re.compile(rf"[\w{ZWNJ}{TATWEEL}{HARAKAT}]+")
_SENTENCE_END: Final = re.compile(r"[.\n!?\u061f\u061b]")
_LANGUAGES: Final = ("fa", "ar")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that a phrase may hold, or a name; `keys` are its folded words without article and plural."""

    start: int
    end: int
    keys: tuple[str, ...]
    place: int
    is_name: bool = False
    may_begin: bool = True


@dataclass(slots=True)
class _Candidate:
    """A phrase: where it stands first, how often it comes, how well it is set off from what surrounds it."""

    words: tuple[_Word, ...]
    count: int = 0
    set_off: int = 0
    keys: tuple[str, ...] = field(default=())


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
    common = _load_common(language)
    candidates = [candidate for candidate in _list_candidates(runs) if not common.issuperset(candidate.keys)]
    ranked = sorted(candidates, key=lambda candidate: (-_score(candidate, weights), candidate.words[0].start))
    return tuple(text[chosen.words[0].start : chosen.words[-1].end] for chosen in _choose(ranked, size))


def _find_runs(
    text: str, language: str, names: Sequence[tuple[int, int]], title_end: int
) -> Iterator[tuple[_Word, ...]]:
    """Yield the words that stand together with nothing between them that a phrase cannot hold."""
    named = {start: end for start, end in names if start < end <= len(text)}
    starts = sorted(named)
    run: list[_Word] = []
    previous = 0
    for place, token in enumerate(_TOKEN.finditer(text)):
        first, last = token.span()
        if first < previous:
            continue
        gap = text[previous:first]
        folded = _fold_word(token.group())
        next_name = bisect_left(starts, first)
        word = None
        if next_name < len(starts) and starts[next_name] < last:
            word = _read_name(text, starts[next_name], named[starts[next_name]], place, language)
        if word is None:
            opens_sentence = first > title_end and (
                place == 0 or (gap != " " and _SENTENCE_END.search(gap) is not None)
            )
            if not _is_break(folded, language) and not (opens_sentence and _may_be_verb(folded, language)):
                may_begin = language != "ar" or _HANGING.match(folded) is None
                word = _Word(first, last, (_reduce(folded, language),), place, may_begin=may_begin)
            broken = language == "ar" and folded.startswith("و")
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


def _read_name(text: str, start: int, end: int, place: int, language: str) -> _Word | None:
    """Return the name that stands in a place, with the marks that belong to its last letter."""
    while end < len(text) and not fold(text[end]):
        end += 1
    keys = tuple(_reduce(_fold_word(word), language) for word in _TOKEN.findall(text[start:end]))
    return _Word(start, end, keys, place, is_name=True) if keys else None


_fold_word: Final = lru_cache(maxsize=1 << 16)(fold)


@lru_cache(maxsize=1 << 16)
def _reduce(folded: str, language: str) -> str:
    """Return what counts as the same word: without the Arabic article, without the Persian plural."""
    if language == "ar":
        return _ARTICLE.sub("", folded)
    return _PLURAL.sub("", folded)


#: A phrase does not begin so: والأضرار, بالرئاسة, للانتخابات.
_HANGING: Final = re.compile(r"(?:[وفبک]ال|[وف]?لل)\w{2}")
_ARTICLE: Final = re.compile(r"^(?:[وفبک]?ال|[وف]?لل)(?=\w{2})")
_PLURAL: Final = re.compile(r"(?<=\w{3})(?:های?|هایی)$")


@lru_cache(maxsize=1 << 16)
def _is_break(folded: str, language: str) -> bool:
    if len(folded) < 2 or not folded.isalpha() or folded in _load_breaks(language):
        return True
    if language == "fa":
        return folded in _load_verbs() or _PRESENT.match(folded) is not None
    if folded[0] in "وف" and folded[1:] in _load_breaks(language):
        return True
    return _ARABIC_VERB.match(folded) is not None


#: می‌کند, نمی‌شود, می‌آمد, folded; words as میدان end otherwise.
_PRESENT: Final = re.compile(r"ن?می\w{2,}(?:د|ند|یم|ید|اند)$")
#: Third persons without an article: يدخل, وينتظر, أضيئت. بيت and وقت are too short.
_ARABIC_VERB: Final = re.compile(r"[وف]?(?:ی(?!ور|من|هود|افا|ابان|ول|نای|ون)\w{3,}|(?!ال|[وبک]ال|لل)\w{3,}[^ا]ت)$")


def _may_be_verb(folded: str, language: str) -> bool:
    """Arabic sentences begin with their verb; a noun there has the article."""
    return language == "ar" and not _ARTICLE.match(folded)


@cache
def _load_breaks(language: str) -> frozenset[str]:
    return frozenset(map(fold, load_words(language, "phrase_breaks.txt")))


@cache
def _load_verbs() -> frozenset[str]:
    """Return the folded forms that are verbs and hardly anything else, made of the stems that hazm lists."""
    spec = find_spec("hazm")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("hazm is not installed", name="hazm")
    rows = (Path(spec.origin).parent / "data" / "verbs.dat").read_text(encoding="utf-8").splitlines()
    forms = set()
    for row in rows:
        past, _, presents = row.partition("#")
        if len(past) < 2:
            continue
        forms |= {past, f"ن{past}"} if past not in _NOUNS_LIKE_VERBS else set()
        forms |= {past + "ند", past + "یم", f"ن{past}ند", f"{past}ه{ZWNJ}اند", f"{past}ه{ZWNJ}است"}
        for present in presents.split(" یا "):
            if len(present) > 1:
                forms |= {f"ب{present}د", f"ب{present}ند", f"ن{present}د", f"ن{present}ند"}
    return frozenset(map(fold, forms))


#: Past stems of hazm's list that news uses as nouns.
_NOUNS_LIKE_VERBS: Final = frozenset({
    "نشست", "شکست", "پرداخت", "خرید", "ساخت", "برداشت", "بازگشت", "سوخت", "کاشت",
    "شناخت", "برخورد", "درگذشت", "کشت", "نهاد", "درخواست", "دریافت", "بافت", "ریخت", "خواست",
})  # fmt: skip


@cache
def _load_common(language: str) -> frozenset[str]:
    return frozenset(_reduce(fold(word), language) for word in load_words(language, "common_nouns.txt"))


def _weigh_words(words: Sequence[_Word], language: str, title_end: int) -> dict[str, float]:
    common = _load_common(language)
    counts = Counter(key for word in words for key in word.keys)
    weights: dict[str, float] = {}
    for word in words:
        for key in word.keys:
            if key not in weights:
                early = 1 + math.exp(-word.place / _BEGINNING)
                headline = 1.5 if word.start < title_end else 1.0
                weights[key] = (1 + math.log(counts[key])) * early * headline * (_COMMON if key in common else 1)
    return weights


def _list_candidates(runs: Sequence[tuple[_Word, ...]]) -> list[_Candidate]:
    candidates: dict[tuple[str, ...], _Candidate] = {}
    for run in runs:
        for first in range(len(run)):
            if not run[first].may_begin:
                continue
            keys: tuple[str, ...] = ()
            for last in range(first, min(first + _MOST_WORDS, len(run))):
                keys += run[last].keys
                candidate = candidates.get(keys)
                if candidate is None:
                    candidate = candidates[keys] = _Candidate(run[first : last + 1], keys=keys)
                candidate.count += 1
                candidate.set_off = max(candidate.set_off, (first == 0) + (last == len(run) - 1))
    return list(candidates.values())


#: What a phrase counts that touches words of its run on both sides, on one, on none.
_SET_OFF: Final = (0.5, 0.75, 1.0)
#: What a name of several words counts, a name of one, another word alone that comes once, and a common word.
_LONG_NAME: Final = 1.5
_SHORT_NAME: Final = 0.65
_ONE_WORD: Final = 0.45
_ONE_WORD_AGAIN: Final = 0.7
_COMMON: Final = 0.3


def _score(candidate: _Candidate, weights: dict[str, float]) -> float:
    keys = candidate.keys
    score = sum(map(weights.__getitem__, keys)) / math.sqrt(len(keys)) * (1 + 0.5 * math.log(candidate.count))
    if len(candidate.words) == 1 and candidate.words[0].is_name:
        return score * (_LONG_NAME if len(keys) > 1 else _SHORT_NAME)
    if len(keys) == 1:
        score *= _ONE_WORD if candidate.count == 1 else _ONE_WORD_AGAIN
    return score * (_SET_OFF[candidate.set_off] if candidate.count == 1 else 0.8 + 0.1 * candidate.set_off)


def _choose(ranked: Sequence[_Candidate], size: int) -> Iterator[_Candidate]:
    """Yield the best candidates of which less than half was said before."""
    said: set[str] = set()
    left = size
    for candidate in ranked:
        if left and 2 * sum(key in said for key in candidate.keys) < len(candidate.keys):
            said.update(candidate.keys)
            left -= 1
            yield candidate
