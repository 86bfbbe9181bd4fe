"""Finding many spellings in one pass: an automaton over the text without spaces, then a look at the words' edges.

A `Matcher` finds keys in a squeezed text (`squeezed_text.py`) and keeps those that begin and end with a word, or
with what Arabic and Persian write together with a name: وبوتين, لطهران, للأمم المتحدة, آمریکای.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

import ahocorasick

from tasks.enrich.squeezed_text import BREAK, SqueezedText, squeeze
from tasks.text.characters import ZWNJ
from tasks.text.folding import fold
from tasks.text.tables import load_rows, load_words

_ARTICLE: Final = "ال"
_ARTICLE_AFTER_LAM: Final = "لل"
#: What may stand before a name that is written to لل.
_BEFORE_LAM: Final = frozenset("وف")

_TAKEN: Final = b"\1"

Payload = TypeVar("Payload")


@dataclass(frozen=True, slots=True)
class Clitics:
    """What is written together with a name in a language, and the words that only look like it.

    `before`: the fewest letters of the name; `after`: what may follow, and after which last letters.
    """

    before: Mapping[str, int] = field(default_factory=dict)
    after: tuple[tuple[str, str], ...] = ()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, language: str) -> "Clitics":
        """Read the tables of `fa` or `ar`; another language has none."""
        if language not in {"fa", "ar"}:
            return cls()
        rows = load_rows(language, "clitics.tsv")
        words = load_words(language, "function_words.txt")
        return cls(
            {fold(row[1]): int(row[2]) for row in rows if row[0] == "before"},
            tuple((fold(row[1]), fold(row[2])) for row in rows if row[0] == "after"),
            frozenset(map(fold, words)),
        )


@dataclass(slots=True)
class _Key(Generic[Payload]):
    length: int
    gaps: set[int] = field(default_factory=set)
    payloads: list[Payload] = field(default_factory=list)
    article: bool = False


class Match(NamedTuple, Generic[Payload]):
    """Where a key was found in a squeezed text, the clitic before it left out."""

    start: int
    end: int
    clitic: str
    payloads: tuple[Payload, ...]


class Matcher(Generic[Payload]):
    """Spellings, each with what it stands for, to be found in squeezed texts."""

    def __init__(self, spellings: Iterable[tuple[str, Payload]], clitics: Clitics, others: Iterable[str] = ()) -> None:
        """`others` are words and phrases that stand for nothing, and hide what is found inside them."""
        self._clitics = clitics
        keys: dict[str, _Key[Payload]] = {}
        for spelling, payload in spellings:
            squeezed = squeeze(spelling.replace(ZWNJ, " "))
            self._add(keys, squeezed, squeezed.text, payload, article=False)
            if clitics.before and len(squeezed.text) > 4 and squeezed.text.startswith(_ARTICLE):
                after_lam = _ARTICLE_AFTER_LAM + squeezed.text[len(_ARTICLE) :]
                self._add(keys, squeezed, after_lam, payload, article=True)
        for other in others:
            squeezed = squeeze(other.replace(ZWNJ, " "))
            keys.setdefault(squeezed.text, _Key(len(squeezed.text), set(squeezed.starts[1:])))
        self._automaton = ahocorasick.Automaton()
        for text, key in keys.items():
            self._automaton.add_word(text, key)
        self._empty = not keys
        self._automaton.make_automaton()

    @staticmethod
    def _add(
        keys: dict[str, _Key[Payload]], squeezed: SqueezedText, text: str, payload: Payload, *, article: bool
    ) -> None:
        if text:
            key = keys.setdefault(text, _Key(len(text), article=article))
            key.gaps.update(squeezed.starts[1:])
            if payload not in key.payloads:
                key.payloads.append(payload)

    def find(self, page: SqueezedText) -> list[Match[Payload]]:
        """Return the longest matches, none overlapping another, from left to right."""
        if self._empty:
            return []
        found = sorted(
            self._find_all(page), key=lambda match: (match.start - match.end, len(match.clitic), match.start)
        )
        taken = bytearray(len(page.text))
        chosen: list[Match[Payload]] = []
        for match in found:
            if taken.find(_TAKEN, match.start, match.end) < 0:
                taken[match.start : match.end] = _TAKEN * (match.end - match.start)
                if match.payloads:
                    chosen.append(match)
        return sorted(chosen, key=lambda match: match.start)

    def _find_all(self, page: SqueezedText) -> Iterator[Match[Payload]]:
        words, ends = page.index_by_start, page.end_set
        for last, key in self._automaton.iter(page.text):
            end = last + 1
            if end not in ends and not self._ends_before_suffix(page, end):
                continue
            start = end - key.length
            first = words.get(start)
            clitic = ""
            if first is None:
                first = page.word_at(start)
                clitic = page.text[page.starts[first] : start]
                if not self._may_precede(clitic, page.words[first], key):
                    continue
            if end > page.ends[first]:
                inner = page.starts[first + 1 : page.word_at(end - 1) + 1]
                if any(position - start not in key.gaps for position in inner):
                    continue
            yield Match(start, end, clitic, tuple(key.payloads))

    def _ends_before_suffix(self, page: SqueezedText, end: int) -> bool:
        if not self._clitics.after or page.text[end] == BREAK:
            return False
        rest = page.text[end : page.ends[page.word_at(end)]]
        last = page.text[end - 1]
        return any(rest == suffix and last in after for suffix, after in self._clitics.after)

    def _may_precede(self, clitic: str, word: str, key: _Key[Payload]) -> bool:
        least = self._clitics.before.get(clitic)
        if least is None or word in self._clitics.words:
            return False
        return clitic in _BEFORE_LAM if key.article else key.length >= least
