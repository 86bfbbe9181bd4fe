"""The words dates are made of, and what each may mean in a date."""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from tasks.text.folding import fold
from tasks.text.numbers import number_words
from tasks.text.tables import load_rows

NEWLINE: Final = "\n"
NEWLINES: Final = "\n\r\v\f\x85\u2028\u2029"
#: In a group, so that `split` keeps the tokens.
TOKEN: Final = re.compile(rf"([{NEWLINES}]|[0-9]+|[^\W\d_]+|[^\s\w]|_)")

#: Arabic writes these particles onto the next word: and, so, with, to, as.
_CLITICS: Final = frozenset("وفبلک")
AND: Final = "و"
#: The roles of a word that a date may begin with.
_BEGINNING: Final = frozenset({"year", "years", "decade", "decades", "decade_name", "part"})
_MONTH_WORD: Final = "ماه"
#: Some 5 MB of words; whatever is met later is looked up each time.
MOST_PLAIN: Final = 50_000


@dataclass(frozen=True, slots=True)
class Month:
    """A month name: its calendar, its number, the family of names it is of, and the evidence it needs.

    Evidence is `none` (the name says it all), `day` (a day, a year or the word month must stand by), `in` (or a
    preposition of time) or `year`.
    """

    calendar: str
    number: int
    family: str
    evidence: str


@dataclass(slots=True)
class Meaning:
    """All that a word may mean in a date."""

    month: Month | None = None
    weekday: int | None = None
    weekday_evidence: str = "none"
    season: int | None = None
    number: bool = False
    relative: tuple[str, str] | None = None
    ago: int = 0
    direction: int | None = None
    unit: str = ""
    one: str = ""
    dual: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    #: Whether a date may begin here; known when the tables have been read.
    begins: bool = False

    def settle(self) -> None:
        """Say whether a date may begin here, now that all is known."""
        self.begins = (
            self.month is not None or self.weekday is not None or self.season is not None or self.number
            or self.relative is not None or self.ago != 0 or not _BEGINNING.isdisjoint(self.roles)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The date words of a language: single words, and phrases by their first word, longest first."""

    words: dict[str, Meaning]
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]]
    #: Words that were met and mean nothing in a date, so that they are looked up once.
    plain: set[str] = field(default_factory=set)


@cache
def load_vocabulary(language: str) -> Vocabulary:
    """Read the tables of a language (`fa` or `ar`)."""
    meanings: dict[tuple[str, ...], Meaning] = {}

    def entry(name: str) -> Meaning:
        return meanings.setdefault(tuple(TOKEN.findall(fold(name))), Meaning())

    for name, calendar, number, family, evidence in load_rows(language, "months.tsv"):
        for spelling in (name, name.replace(" ", "")):
            entry(spelling).month = Month(calendar, int(number), family, evidence)
    for name, number, evidence in load_rows(language, "weekdays.tsv"):
        meaning = entry(name)
        meaning.weekday, meaning.weekday_evidence = int(number), evidence
    for name, number in load_rows(language, "seasons.tsv"):
        entry(name).season = int(number)
    for name in number_words(language):
        entry(name).number = True
    for name, kind, value in load_rows(language, "relative.tsv"):
        _set_relative(entry(name), kind, value)
    for name, role, value in _pad(load_rows(language, "date_words.tsv")):
        entry(name).roles[role] = value
    return _sort(meanings)


def _pad(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, str, str]]:
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]


def _set_relative(meaning: Meaning, kind: str, value: str) -> None:
    if kind == "direction":
        meaning.direction = int(value)
    elif kind == "ago":
        meaning.ago = int(value)
    elif kind == "unit":
        meaning.unit = value
    elif kind == "one":
        meaning.one = value
    elif kind == "dual":
        meaning.dual = value
    else:
        meaning.relative = (kind, value)


def _sort(meanings: dict[tuple[str, ...], Meaning]) -> Vocabulary:
    words: dict[str, Meaning] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    for name in sorted(meanings, key=len, reverse=True):
        meanings[name].settle()
        if len(name) == 1:
            words[name[0]] = meanings[name]
        elif name:
            phrases.setdefault(name[0], []).append((name[1:], meanings[name]))
    return Vocabulary(words, phrases)


@lru_cache(maxsize=1 << 14)
def read_word(written: str, language: str) -> tuple[str, Meaning | None, int, bool]:
    """Return a word without its particles, what it means, how much was cut off, and whether «ماه» is written to it."""
    if "0" <= written[0] <= "9":
        return written, None, 0, False
    if written in NEWLINES:
        return NEWLINE, None, 0, False
    vocabulary = load_vocabulary(language)
    meaning = vocabulary.words.get(written)
    if meaning is not None or len(written) <= 2:
        return written, meaning, 0, False
    if language == "ar":
        return (*_strip(written, vocabulary), False)
    meaning = _strip_month_word(written, vocabulary.words)
    return written, meaning, 0, meaning is not None


def _strip(word: str, vocabulary: Vocabulary) -> tuple[str, Meaning | None, int]:
    """Take the Arabic particles off a word when what is left is a date word or begins a phrase."""
    if word.startswith("لل") and (noun := "ال" + word[2:]) in vocabulary.words:
        return noun, vocabulary.words[noun], 0
    for cut in (1, 2):
        if word[cut - 1] not in _CLITICS or len(word) - cut < 2:
            break
        rest = word[cut:]
        if rest in vocabulary.words or rest in vocabulary.phrases:
            return rest, vocabulary.words.get(rest), cut
    return word, None, 0


def _strip_month_word(word: str, words: dict[str, Meaning]) -> Meaning | None:
    """Read «آذرماه» as آذر with the word month beside it."""
    if word.endswith(_MONTH_WORD):
        meaning = words.get(word[: -len(_MONTH_WORD)])
        if meaning and meaning.month:
            return meaning
    return None
