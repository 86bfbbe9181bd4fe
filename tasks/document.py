"""What a file becomes on its way: File, Page, Language, Article, Enrichment. Values only, no behaviour.

Offsets are counted in characters of the *display text*: the title, a blank line, the body.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class File:
    """One entry of the folder's listing: `path` relative to the folder with `/` between its parts."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Page:
    """A file that was read: its text as Unicode, and what it took to decode it."""

    file: File
    sha256: str
    document_id: str
    encoding: str
    text: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text: an ISO 639 code or `und`, how sure (0 to 1), and all languages by share."""

    code: str
    confidence: float
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """The display text: what a careful editor would keep, and what was taken out, in order, one a line."""

    title: str
    body: str
    removed_text: str = ""
    repairs: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that offsets count in."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date found in the display text, at its own precision.

    `start` and `end` are the first and the last day meant, both included. `calendar` is jalali, gregorian or
    hijri; `precision` day, month, season, year, decade or range; `method` names the rule that read it.
    """

    text: str
    offset: tuple[int, int]
    calendar: str
    start: date
    end: date
    precision: str
    confidence: float
    method: str


@dataclass(frozen=True, slots=True)
class EntityMention:
    """A person, place or organization found in the display text, under the id both languages share."""

    id: str
    label: str
    kind: str
    text: str
    offset: tuple[int, int]
    confidence: float = 1.0
    method: str = "gazetteer"


@dataclass(frozen=True, slots=True)
class Published:
    """When a page was published: the day, the words that say so and their offsets, and by which sign.

    The offsets count in the whole page, furniture included. `method` is dateline, today, double, first-absolute,
    agreement, caption or file; `jalali` is the day as year, month and day of the Iranian calendar.
    """

    date: date
    text: str
    offset: tuple[int, int] | None
    method: str
    jalali: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What was learnt about an article beyond its text; `restored` are words with the half-spaces they have lost."""

    word_count: int
    published: Published
    dates: tuple[DateMention, ...] = ()
    entities: tuple[EntityMention, ...] = ()
    keyphrases: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
