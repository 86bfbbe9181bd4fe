"""What an address asks for, and addresses that ask for something else.

Total: whatever the parameters are, they mean something; what could not be taken is said in `problems`. The
address is the whole state of a search: kept as a link, it is a saved search.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, urlencode

from daftar.search.facets import Narrowing
from daftar.search.labels import FACETS
from daftar.search.syntax import MAXIMUM_LENGTH
from daftar.web.dates import read_day
from daftar.web.interface import LANGUAGES
from daftar.web.paging import ORDERS, Position, read_token

THEMES: Final = ("light", "dark")
TOP_FOLDER: Final = "."

#: More values of one facet than anyone chooses, and longer ones than the index keeps.
_MOST_VALUES: Final = 10
_LONGEST_VALUE: Final = 512
_LARGEST_PLACE: Final = 10**9


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that could not be taken as it was: the key of the message, and its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Asked:
    """A search and the way it is shown. `order` is empty where the reader has not chosen one."""

    text: str = ""
    narrowing: Narrowing = field(default_factory=Narrowing)
    order: str = ""
    after: Position | None = None
    before: Position | None = None
    place: int = 0
    interface: str = ""
    theme: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def sorting(self) -> str:
        """The order in force: the chosen one, else by relevance when there are words to be relevant to."""
        return self.order or ("relevance" if self.text.strip() else "newest")

    @property
    def narrowed(self) -> bool:
        """Whether anything but words narrows the search."""
        narrowing = self.narrowing
        return bool(any(narrowing.values.values()) or narrowing.start or narrowing.end or narrowing.first_only)

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of this search without its page, in one fixed order."""
        narrowing = self.narrowing
        pairs = [("q", self.text)] if self.text else []
        for facet in FACETS:
            pairs += ((facet.name, value or TOP_FOLDER) for value in narrowing.values.get(facet.name, ()))
        for name, day in (("from", narrowing.start), ("to", narrowing.end)):
            pairs += [(name, day.isoformat())] if day else []
        pairs += [("first", "1")] if narrowing.first_only else []
        pairs += [("sort", self.order)] if self.order else []
        return pairs + self.manner()

    def manner(self) -> list[tuple[str, str]]:
        """The parameters that every link keeps: the chosen language and colours of the page."""
        return [(name, value) for name, value in (("ui", self.interface), ("theme", self.theme)) if value]

    def url(self, path: str = "/", extra: Iterable[tuple[str, str]] = ()) -> str:
        """The address of this search, from its first page on."""
        return build_url(path, [*self.pairs(), *extra])

    def narrow(self, **changes: Any) -> "Asked":
        """This search narrowed otherwise."""
        return replace(self, narrowing=replace(self.narrowing, **changes))

    def toggle(self, name: str, value: str) -> "Asked":
        """This search with a value of a facet chosen, or no longer."""
        chosen = self.narrowing.values.get(name, ())
        changed = tuple(v for v in chosen if v != value) if value in chosen else (*chosen, value)
        return self.narrow(values=MappingProxyType({**self.narrowing.values, name: changed}))


def build_url(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a path and its parameters as an address."""
    query = urlencode(list(pairs), quote_via=quote)
    return f"{path}?{query}" if query else path


def read_parameters(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Read the parameters of an address, in their order; of one that may stand once, the last counts."""
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    once = {name: values[-1] for name, values in several.items()}
    problems: list[Problem] = []
    text = once.get("q", "").strip()
    if len(text) > MAXIMUM_LENGTH:
        text = text[:MAXIMUM_LENGTH]
        problems.append(Problem("problem.long_text", {"limit": MAXIMUM_LENGTH}))
    order = once.get("sort", "")
    asked = Asked(
        text=text,
        narrowing=_read_narrowing(several, once, problems),
        order=order if order in ORDERS else "",
        interface=once["ui"] if once.get("ui") in LANGUAGES else "",
        theme=once["theme"] if once.get("theme") in THEMES else "",
    )
    asked = _read_page(asked, once, problems)
    return replace(asked, problems=tuple(problems))


def _read_narrowing(several: Mapping[str, list[str]], once: Mapping[str, str], problems: list[Problem]) -> Narrowing:
    values = {}
    for facet in FACETS:
        given = list(dict.fromkeys(value.strip() for value in several.get(facet.name, ()) if value.strip()))
        chosen = [value for value in given if len(value) <= _LONGEST_VALUE][:_MOST_VALUES]
        if len(chosen) < len(given):
            problems.append(Problem("problem.value", {"value": facet.name}))
        if chosen:
            values[facet.name] = tuple("" if facet.name == "directory" and v == TOP_FOLDER else v for v in chosen)
    start, end = _read_day(once, "from", problems), _read_day(once, "to", problems)
    if start and end and end < start:
        start, end = end, start
        problems.append(Problem("problem.dates"))
    return Narrowing(MappingProxyType(values), start, end, once.get("first") == "1")


def _read_day(once: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    typed = once.get(name, "").strip()
    if not typed:
        return None
    day = read_day(typed)
    if day is None:
        problems.append(Problem("problem.date", {"value": typed[:40]}))
    return day


def _read_page(asked: Asked, once: Mapping[str, str], problems: list[Problem]) -> Asked:
    after, before = once.get("after", ""), once.get("before", "")
    if not after and not before:
        return asked
    position = read_token(after or before, asked.sorting)
    written = once.get("at", "")
    place = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1
    if position is None or not 0 <= place <= _LARGEST_PLACE:
        problems.append(Problem("problem.page"))
        return asked
    return replace(asked, after=position if after else None, before=None if after else position, place=place)
