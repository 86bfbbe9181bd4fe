"""The day a page was published, by the page's own signs; the file's day when the page gives none.

The signs, strongest first: a line of the page's furniture that is only a date; a date that the text calls
today; the first date of the article that two calendars or a weekday confirm, or that has its year; the year
in which weekdays and double dates agree; the date under a picture. All but the first must be of the years in which
pages of news have stood on the web: a page about the war of 1980 is not of 1980.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from tasks.document import Published
from tasks.enrich.calendars import JALALI, from_day
from tasks.enrich.date_text import tokenize
from tasks.enrich.date_values import Reading
from tasks.enrich.dates import Expression, Lines, find_expressions, resolve
from tasks.text.folding import fold
from tasks.text.tables import load_rows

#: A line is a dateline when at most so many letters stand beside the date, its weekday and its label.
_ALONE: Final = 6
#: So many with a sign between: «كتب: محرر البوابة — الأحد ٢٠ نوفمبر».
_SIGNED: Final = 40
_SIGNS: Final = frozenset("|-–—/•·»:")
#: What stands beside a date and is longer is first looked at to here.
_PARAGRAPH: Final = 200
_CAPTION_LENGTH: Final = 240
#: How far back a year is looked for when the page names none.
_YEARS_BACK: Final = 30
_HISTORY: Final = timedelta(400)
#: Pages of news stand on the web since. An earlier day is what a page tells of, unless a line of it is its date.
_FIRST_PAGES: Final = date(1995, 1, 1)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A day that the page names, and the line it stands in; `kind` is absolute, double, weekday or bare."""

    expression: Expression
    reading: Reading
    line: str
    before: str
    after: str
    kind: str

    @property
    def caption(self) -> bool:
        return len(self.line) <= _CAPTION_LENGTH and _has_role(self.line, "caption")

    @property
    def future(self) -> bool:
        return self.expression.tense > 0


def find_published(text: str, language: str, fallback: date, known: Lines | None = None) -> Published:
    """Find the day a page was published; `text` is the whole raw page, offsets count its characters.

    `fallback` is the file's day, `known` as in `find_expressions`.
    `find_published("14 ژانویه 2025", "fa", day).date == date(2025, 1, 14)`.
    """
    expressions = [_without_tense(expression) for expression in find_expressions(text, language, known)]
    absolute = [dated for dated in _read(text, expressions, None) if dated.kind in ("absolute", "double")]
    line = _find_dateline(absolute)
    if line:
        return _publish(text, line, "dateline")
    reference = _find_reference([dated for dated in absolute if not dated.caption], fallback)
    agreed = reference is None
    if reference is None:
        reference = _find_agreed_year(expressions, fallback)
    if reference is not None:
        dated = [dated for dated in _read(text, expressions, reference) if not dated.caption]
        found = _find_in_text(dated, reference)
        if found:
            return _publish(text, found, _name_method(found, agreed))
    captions = [dated for dated in absolute if dated.caption and _FIRST_PAGES <= dated.reading.start <= fallback]
    if captions:
        return _publish(text, captions[0], "caption")
    return Published(fallback, "", None, "file", _jalali(fallback))


def _without_tense(expression: Expression) -> Expression:
    """Leave the tense out of the years: past and future are as seen from the day that is sought."""
    if not any(moment.leaning for moment in expression.moments):
        return expression
    return replace(expression, moments=tuple(replace(moment, leaning=0) for moment in expression.moments))


def _publish(text: str, dated: _Dated, method: str) -> Published:
    first, last = dated.expression.offset
    day = dated.reading.start
    return Published(day, text[first:last], (first, last), method, _jalali(day))


def _jalali(day: date) -> tuple[int, int, int]:
    """Return a day in the Iranian calendar, which begins in 622; earlier days have the year 0."""
    return from_day(JALALI, day) or (0, day.month, day.day)


def _name_method(found: _Dated, agreed: bool) -> str:
    if found.expression.today:
        return "today"
    if found.kind == "double":
        return "double"
    return "agreement" if agreed or found.kind == "weekday" else "first-absolute"


def _read(text: str, expressions: list[Expression], reference: date | None) -> Iterator[_Dated]:
    """Resolve the expressions that name one day of a month, beside `reference` when it is given."""
    for expression in expressions:
        reading = _find_day(expression, reference)
        if reading is None:
            continue
        first, last = expression.offset
        start = text.rfind("\n", 0, first) + 1
        end = text.find("\n", last)
        end = len(text) if end < 0 else end
        yield _Dated(expression, reading, text[start:end], text[start:first], text[last:end], _name_kind(expression))


def _find_day(expression: Expression, reference: date | None) -> Reading | None:
    """Return the day of a month that an expression names without contradiction."""
    moment = expression.moments[0]
    if moment.unit != "day" or moment.amount is not None or expression.relation in ("range", "list"):
        return None
    readings = resolve(expression, reference)
    return readings[0][1] if len(readings) == 1 and "conflict" not in readings[0][1].method else None


def _name_kind(expression: Expression) -> str:
    moments = expression.moments
    if len(moments) > 1:
        return "double"
    if moments[0].year is not None:
        return "absolute"
    return "weekday" if moments[0].weekday is not None else "bare"


def _find_dateline(absolute: list[_Dated]) -> _Dated | None:
    """Return the date that has a line to itself; one labelled as publication first, as a change last."""
    ranked = [(rank, at, dated) for at, dated in enumerate(absolute) if (rank := _rank_line(dated)) is not None]
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _rank_line(dated: _Dated) -> int | None:
    beside = f"{dated.before} {dated.after}"
    if any(moment.year is None for moment in dated.expression.moments) and len(dated.expression.moments) == 1:
        return None
    if dated.expression.today and not dated.after.strip():
        return None
    # Most dates stand in a paragraph, whose beginning says enough.
    if len(beside) > _PARAGRAPH and _count_letters(beside[:_PARAGRAPH].rpartition(" ")[0]) > _SIGNED:
        return None
    letters = _count_letters(beside)
    if letters > _SIGNED:
        return None
    if _has_role(dated.before, "update"):
        return 2
    if _has_role(dated.before, "label"):
        return 0
    if letters <= _ALONE:
        return 1
    signed = dated.before.rstrip()[-1:] in _SIGNS or dated.after.lstrip()[:1] in _SIGNS
    return 3 if signed and not _has_role(beside, "caption") else None


def _count_letters(text: str) -> int:
    """Count the letters beside a date that are neither a weekday, a word of time nor a label."""
    known = _line_words()
    return sum([len(word) for word in tokenize(fold(text), "fa").words if word[0].isalpha() and word not in known])


@cache
def _role_words(role: str) -> frozenset[str]:
    return frozenset(
        fold(row[0]) for language in ("fa", "ar") for row in load_rows(language, "date_words.tsv") if row[1] == role
    )


@cache
def _line_words() -> frozenset[str]:
    words = {
        part
        for role in ("label", "update", "day", "era", "clock")
        for word in _role_words(role)
        for part in word.split()
    }
    for language in ("fa", "ar"):
        words.update(part for row in load_rows(language, "weekdays.tsv") for part in fold(row[0]).split())
    return frozenset(words)


def _has_role(text: str, role: str) -> bool:
    folded = f" {fold(text)} "
    for sign in ":()|/،,.-–—":
        folded = folded.replace(sign, " ")
    return any(f" {word} " in folded for word in _role_words(role))


def _find_reference(body: list[_Dated], fallback: date) -> date | None:
    """Return the first absolute day that is not history beside the later ones."""
    days = [dated.reading.start for dated in body if dated.reading.start >= _FIRST_PAGES]
    known = [day for day in days if day <= fallback] or days
    if not known:
        return None
    latest = max(known)
    return next(day for day in known if latest - day <= _HISTORY)


def _find_agreed_year(expressions: list[Expression], fallback: date) -> date | None:
    """Return the middle of the year in which most weekdays and double dates agree.

    Of several such years it is the first one not before the latest year named, else the last before the file.
    """
    checked = [expression for expression in expressions if _name_kind(expression) in ("double", "weekday")]
    named = [reading.end.year for expression in expressions if (reading := _read_year(expression))]
    named = [year for year in named if _FIRST_PAGES.year <= year <= fallback.year]
    years = range(max(named) if named else max(fallback.year - _YEARS_BACK, 1000), fallback.year + 1)
    scores = {
        year: sum(_find_day(expression, date(year, 7, 1)) is not None for expression in checked) for year in years
    }
    best = max(scores.values(), default=0)
    if not best:
        return None
    agreeing = [year for year in years if scores[year] == best]
    return date(agreeing[0] if named else agreeing[-1], 7, 1)


def _read_year(expression: Expression) -> Reading | None:
    moment = expression.moments[0]
    if moment.unit not in ("year", "month", "day") or moment.year is None or moment.short_year:
        return None
    readings = resolve(expression, None)
    return readings[0][1] if readings else None


def _find_in_text(dated: list[_Dated], reference: date) -> _Dated | None:
    """Return the date called today, else the first confirmed one near `reference`, else the first near it."""
    for one in dated:
        if one.expression.today and one.kind != "bare":
            return one
    near = [one for one in dated if abs(one.reading.start - reference) <= _HISTORY]
    anchors = [one for one in near if one.kind != "bare"]
    if not anchors:
        return None
    found = next((one for one in anchors if not one.future), anchors[0])
    following = found.reading.start + timedelta(1)
    return next((one for one in near if one.reading.start == following and not one.future), found)
