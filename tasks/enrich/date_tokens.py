"""What a reader of dates asks of the tokens around it: is this a number, a count, a year, an era.

A moment says what is written of one date, no more: «دوم آذر» has a day and a month and lacks its year.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from tasks.enrich.calendars import GREGORIAN, JALALI
from tasks.enrich.date_text import Token, Tokens, is_digits
from tasks.text.numbers import read_number

DASHES: Final = frozenset("-–—−")
COMMAS: Final = frozenset("،,")
#: Between digits these make one number of the two: 3.5, 1/2, 10:30.
_GLUE: Final = frozenset("./:٫٬\\")
_PERCENT: Final = frozenset("%٪$€£")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says of one date. `unit` is day, month, season, year, decade, week or weekday.

    `month` holds the number of the season too, `amount` how many units before or after publication a relative
    moment lies, `shift` a year said to be the last, this or the next one, `direction` the same of the date;
    `leaning` is the tense of the sentence, -1 past and 1 future.
    """

    unit: str
    calendar: str = ""
    year: int | None = None
    month: int = 0
    day: int = 0
    weekday: int | None = None
    part: str = ""
    short_year: bool = False
    shift: int | None = None
    direction: int | None = None
    amount: int | None = None
    leaning: int = 0
    weak: bool = False
    conflict: bool = False
    numeric: bool = False


class Read(NamedTuple):
    """Moments that were read, as `relation` single, range or list, the index after them, and the tokens each takes."""

    moments: tuple[Moment, ...]
    end: int
    relation: str = "single"
    spans: tuple[tuple[int, int], ...] = ()


class TokenReader:
    """Tokens of one text in one language (`fa` or `ar`)."""

    def __init__(self, tokens: Tokens, language: str) -> None:
        self.tokens = tokens
        self.words = tokens.words
        self.meanings = tokens.meanings
        self.language = language
        self.default = JALALI if language == "fa" else GREGORIAN
        self._numbers: dict[int, tuple[int, int, str] | None] = {}

    def at(self, index: int) -> Token | None:
        """Return the token at an index, or None beyond the text."""
        return self.tokens[index] if 0 <= index < len(self.words) else None

    def has(self, index: int, role: str) -> bool:
        """Whether the token at an index has a role; no token has none."""
        meaning = self.meanings.get(index)
        return meaning is not None and role in meaning.roles

    def word(self, index: int) -> str:
        """Return the word at an index, empty beyond the text."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def digits(self, index: int) -> bool:
        """Whether the token at an index is a number in digits; no token is none."""
        return 0 <= index < len(self.words) and is_digits(self.words[index])

    def glued(self, index: int) -> bool:
        """Whether the sign at an index ties the digits on both its sides into one number."""
        if self.word(index) not in _GLUE or not (self.digits(index - 1) and self.digits(index + 1)):
            return False
        return self.touches(index) and self.touches(index + 1)

    def touches(self, index: int) -> bool:
        """Whether nothing stands between the token at an index and the one before it."""
        return self.tokens[index].start == self.tokens[index - 1].end

    def number(self, index: int) -> tuple[int, int, str] | None:
        """Read a whole number in digits or words: value, index after it, and its digits or `ordinal`, `words`."""
        if index not in self._numbers:
            # Every kind of date asks for it.
            self._numbers[index] = self._read_number(index)
        return self._numbers[index]

    def _read_number(self, index: int) -> tuple[int, int, str] | None:
        word = self.word(index)
        if self.digits(index):
            before = self.word(index - 1)
            latin = before.isalpha() and before[-1].isascii() and self.touches(index)
            if latin or self.glued(index - 1) or self.glued(index + 1):
                return None
            return (int(word), index + 1, word) if len(word) < 5 else None
        if not ((meaning := self.meanings.get(index)) and meaning.number):
            return None
        number = read_number(self.words, index, self.language)
        return (number.value, number.end, "ordinal" if number.ordinal else "words") if number else None

    def counts(self, index: int, *, long: bool = False) -> bool:
        """Whether what follows a number makes it a count, a price, a time or a part of something longer."""
        word = self.word(index)
        if not word:
            return False
        if self.has(index, "count") or (self.has(index, "measure") and not long):
            return True
        if word in _PERCENT or self.glued(index):
            return True
        return word.isalnum() and word.isascii() and self.touches(index)

    def era(self, index: int) -> tuple[str, int]:
        """Read «میلادی», «هـ», «(ه.ش)»: the calendar named (else empty), and the index after it."""
        opened = self.word(index) == "("
        meaning = self.meanings.get(index + opened)
        if meaning is None or "era" not in meaning.roles:
            return "", index
        end = index + opened + 1
        if opened and self.word(end) != ")":
            return "", index
        return meaning.roles["era"], end + opened
