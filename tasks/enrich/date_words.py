"""The words dates are made of: a folded text cut into tokens, each with what it may mean in a date."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from tasks.text.folding import fold
from tasks.text.numbers import number_words
from tasks.text.tables import load_rows

NEWLINE: Final = "\n"
_NEWLINES: Final = "\n\r\v\f\x85\u2028\u2029"
_TOKEN: Final = re.compile(rf"[{_NEWLINES}]|[0-9]+|[^\W\d_]+|[^\s\w]|_")

#: Arabic writes these particles onto the next word: and, so, with, to, as.
_CLITICS: Final = frozenset("وفبلک")
_AND: Final = "و"
_MONTH_WORD: Final = "ماه"
#: Some 5 MB of words; whatever is met later is looked up each time.
_MOST_PLAIN: Final = 50_000


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

    @property
    def begins(self) -> bool:
        """Whether a date may begin here."""
        roles = self.roles
        return (
            self.month is not None or self.weekday is not None or self.season is not None or self.number
            or self.relative is not None or self.ago != 0 or "year" in roles or "years" in roles
            or "decade" in roles or "decades" in roles or "decade_name" in roles or "part" in roles
        )  # fmt: skip


class Token:
    """A piece of folded text: a word, a run of digits, one sign, or a line's end."""

    __slots__ = ("begins", "end", "meaning", "month_word", "start", "word")

    def __init__(self, word: str, start: int, end: int) -> None:
        self.word = word
        self.start = start
        self.end = end
        self.meaning: Meaning | None = None
        self.month_word = False
        self.begins = False

    def has(self, role: str) -> bool:
        """Whether the word has a role of `date_words.tsv`."""
        return self.meaning is not None and role in self.meaning.roles

    @property
    def digits(self) -> bool:
        """Whether the token is a number in digits."""
        return "0" <= self.word[0] <= "9"


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
        return meanings.setdefault(tuple(_TOKEN.findall(fold(name))), Meaning())

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
        if len(name) == 1:
            words[name[0]] = meanings[name]
        elif name:
            phrases.setdefault(name[0], []).append((name[1:], meanings[name]))
    return Vocabulary(words, phrases)


def tokenize(folded: str, language: str) -> list[Token]:
    """Cut folded text into tokens with their meanings; phrases such as «كانون الثاني» become one token."""
    vocabulary = load_vocabulary(language)
    words, phrases, plain = vocabulary.words, vocabulary.phrases, vocabulary.plain
    arabic = language == "ar"
    raw = [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(folded)]
    tokens: list[Token] = []
    index = 0
    while index < len(raw):
        token = raw[index]
        index += 1
        word = token.word
        if word in plain:
            tokens.append(token)
            continue
        if "0" <= word[0] <= "9":
            token.begins = True
            tokens.append(token)
            continue
        if word[0] in _NEWLINES:
            token.word = NEWLINE
            tokens.append(token)
            continue
        meaning = words.get(word)
        if meaning is None and len(word) > 2:
            meaning = _strip(token, vocabulary) if arabic else _strip_month_word(token, words)
            if token.word != word and word[0] == _AND:
                tokens.append(_split_and(token, words))
        tokens.append(token)
        if token.word in phrases:
            found = _find_phrase(raw, index, phrases[token.word])
            if found:
                token.word = " ".join((token.word, *(part.word for part in raw[index : found[0]])))
                index, meaning = found
                token.end = raw[index - 1].end
        if meaning is not None:
            token.meaning = meaning
            token.begins = meaning.begins
        elif token.word == word and word not in phrases and len(plain) < _MOST_PLAIN:
            plain.add(word)
    return tokens


def _split_and(token: Token, words: dict[str, Meaning]) -> Token:
    """Return the «و» that was written onto a date word, as a token of its own."""
    start = token.end - len(token.word) - 1
    conjunction = Token(_AND, start, start + 1)
    conjunction.meaning = words.get(_AND)
    return conjunction


def _strip(token: Token, vocabulary: Vocabulary) -> Meaning | None:
    """Take the Arabic particles off a word when what is left is a date word or begins a phrase."""
    word = token.word
    if word.startswith("لل") and "ال" + word[2:] in vocabulary.words:
        token.word = "ال" + word[2:]
        return vocabulary.words[token.word]
    for cut in (1, 2):
        if word[cut - 1] not in _CLITICS or len(word) - cut < 2:
            return None
        rest = word[cut:]
        if rest in vocabulary.words or rest in vocabulary.phrases:
            token.word = rest
            token.start += cut
            return vocabulary.words.get(rest)
    return None


def _strip_month_word(token: Token, words: dict[str, Meaning]) -> Meaning | None:
    """Read «آذرماه» as آذر with the word month beside it."""
    if token.word.endswith(_MONTH_WORD):
        meaning = words.get(token.word[: -len(_MONTH_WORD)])
        if meaning and meaning.month:
            token.month_word = True
            return meaning
    return None


def _find_phrase(
    raw: list[Token], index: int, phrases: list[tuple[tuple[str, ...], Meaning]]
) -> tuple[int, Meaning] | None:
    for tail, meaning in phrases:
        end = index + len(tail)
        if end <= len(raw) and all(raw[index + at].word == word for at, word in enumerate(tail)):
            return end, meaning
    return None
