"""What a moment means in days: missing years, the publication date, calendars checked against each other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from tasks.enrich.calendars import (
    GREGORIAN,
    HIJRI,
    JALALI,
    find_day,
    find_month,
    find_season,
    find_year,
    from_day,
    join,
)
from tasks.enrich.date_tokens import Moment

_WEEK_BEGINS: Final = {JALALI: 5, GREGORIAN: 6, HIJRI: 6}  # Saturday in Iran, Sunday in most Arab countries
_SURE: Final = {"day": 0.98, "month": 0.95, "season": 0.8, "year": 0.9, "decade": 0.75}
_CONFLICT: Final = 0.35
#: Half a year ahead in a sentence of the past tense is farther than seven months behind.
_AGAINST: Final = 1.6
#: A leap day recurs after at most eight years.
_LEAP_GAP: Final = range(2, 9)


@dataclass(frozen=True, slots=True)
class Reading:
    """The days that are meant, both included, and how that was found."""

    start: date
    end: date
    calendar: str
    precision: str
    confidence: float
    method: str

    def conflict(self, method: str) -> "Reading":
        """Return the reading, doubted."""
        return replace(self, confidence=min(self.confidence, _CONFLICT), method=f"{method}:conflict")


def find_value(moment: Moment, published: date | None) -> Reading | None:
    """Return the days of one moment, or None when it names no day or `published` is needed and missing."""
    if moment.weak:
        return None
    if moment.unit == "weekday":
        return _find_weekday(moment, published)
    if moment.amount is not None:
        return _find_counted(moment, published)
    moment = _choose_calendar(moment, published)
    found = _choose(moment, published)
    if found is None:
        return None
    days, exact = found
    precision = "range" if moment.part else moment.unit
    method = "hijri" if moment.calendar == HIJRI else "numeric" if moment.numeric else "absolute"
    confidence = _SURE[moment.unit] * (0.8 if moment.calendar == HIJRI else 1)
    if moment.part:
        confidence *= 0.8
    if not exact:
        method = "hijri:nearest" if moment.calendar == HIJRI else "nearest"
        confidence *= 0.6 if moment.unit == "month" else 0.85
    elif moment.short_year:
        confidence *= 0.9
    reading = Reading(*days, moment.calendar, precision, round(confidence, 3), method)
    if moment.conflict:
        return reading.conflict("double")
    return check_weekday(reading, moment.weekday)


def check_weekday(reading: Reading, weekday: int | None) -> Reading:
    """Confirm a day by its weekday, or doubt it; a Hijri day may be moved by one to meet it."""
    if weekday is None or reading.precision != "day":
        return reading
    if reading.start.weekday() == weekday:
        return replace(reading, confidence=round(min(0.99, reading.confidence * 1.1), 3))
    if reading.calendar == HIJRI:
        for moved in filter(None, (move(reading.start, -1), move(reading.start, 1))):
            if moved.weekday() == weekday:
                return replace(reading, start=moved, end=moved, method=f"{reading.method}:weekday")
    return reading.conflict(f"{reading.method}:weekday")


def move(day: date, amount: int) -> date | None:
    """Return the day so many days later, or None beyond the calendar."""
    try:
        return day + timedelta(amount)
    except OverflowError:
        return None


def _choose_calendar(moment: Moment, published: date | None) -> Moment:
    """Read a year that two calendars share (1396, 1440) in the one that is near the publication date."""
    other = {JALALI: HIJRI, HIJRI: JALALI}.get(moment.calendar)
    if not moment.numeric or not other or published is None:
        return moment
    first, second = _days(moment, moment.year), _days(replace(moment, calendar=other), moment.year)
    if first and second and abs(first[0] - published).days > 1800 > 3 * abs(second[0] - published).days:
        return replace(moment, calendar=other)
    return moment


def _days(moment: Moment, year: int | None) -> tuple[date, date] | None:
    """Return the days of a moment in a year of its calendar, an early, middle or late third if it says so."""
    calendar = moment.calendar
    if year is None:
        return None
    if moment.unit == "day":
        day = find_day(calendar, year, moment.month, moment.day)
        return (day, day) if day else None
    if moment.unit == "month":
        days = find_month(calendar, year, moment.month)
        return _third_of_month(days, moment.part) if days else None
    if moment.unit == "season":
        months = {"early": (1, 1), "middle": (2, 2), "late": (3, 3)}.get(moment.part, (1, 3))
        return find_season(calendar, year, moment.month, months)
    if moment.unit == "year":
        first, last = {"early": (1, 4), "middle": (5, 8), "late": (9, 12)}.get(moment.part, (1, 12))
        return join(find_month(calendar, year, first), find_month(calendar, year, last))
    first, last = {"early": (0, 3), "middle": (4, 6), "late": (7, 9)}.get(moment.part, (0, 9))
    return join(find_year(calendar, year + first), find_year(calendar, year + last))


def _third_of_month(days: tuple[date, date], part: str) -> tuple[date, date]:
    first, last = days
    ends = {
        "early": (first, first + timedelta(9)),
        "middle": (first + timedelta(10), first + timedelta(19)),
        "late": (first + timedelta(20), last),
    }
    return ends.get(part, days)


def _choose(moment: Moment, published: date | None) -> tuple[tuple[date, date], bool] | None:
    """Return the days of a moment and whether the text itself gave the year."""
    if moment.year is not None and not moment.short_year:
        days = _days(moment, moment.year)
        return (days, True) if days else None
    if moment.year is not None:
        return _expand(moment, published)
    if published is None:
        return None
    today = from_day(moment.calendar, published)
    if today is None:
        return None
    if moment.shift is not None:
        days = _days(moment, today[0] + moment.shift)
        return (days, True) if days else None
    days = _nearest(moment, today[0], published)
    return (days, False) if days else None


def _expand(moment: Moment, published: date | None) -> tuple[tuple[date, date], bool] | None:
    """Read a two-digit year: the century that brings it nearest to the publication date, the past if equal."""
    century = 1300 if moment.calendar != GREGORIAN else 1900
    year = century + (moment.year or 0)
    today = from_day(moment.calendar, published) if published else None
    if today is None:
        return (days, True) if (days := _days(moment, year if year % 100 >= 30 else year + 100)) else None
    later = year + 100
    days = _days(moment, later if later - today[0] < today[0] - year else year)
    return (days, True) if days else None


def _nearest(moment: Moment, year: int, published: date) -> tuple[date, date] | None:
    """Return the occurrence nearest to publication, or the last or next one if the text says so."""
    found = _occurrences(moment, (year - 1, year, year + 1))
    if not found:
        found = _occurrences(moment, [year + step * sign for step in _LEAP_GAP for sign in (-1, 1)])
    if moment.direction == -1:
        found = [days for days in found if days[1] < published]
        return found[-1] if found else None
    if moment.direction == 1:
        found = [days for days in found if days[0] > published]
        return found[0] if found else None
    return min(found, key=lambda days: (_distance(days, published, moment.leaning), days[0])) if found else None


def _occurrences(moment: Moment, years: Iterable[int]) -> list[tuple[date, date]]:
    return [days for year in years if (days := _days(moment, year))]


def _distance(days: tuple[date, date], day: date, leaning: int) -> float:
    """Return the days between; longer by a part on the side that the tense of the sentence speaks against."""
    ahead, behind = (days[0] - day).days, (day - days[1]).days
    return max(ahead * (_AGAINST if leaning < 0 else 1), behind * (_AGAINST if leaning > 0 else 1), 0)


def _find_weekday(moment: Moment, published: date | None) -> Reading | None:
    """Return the weekday nearest to publication, the last or next one, or the one of another week."""
    if published is None or moment.weekday is None:
        return None
    ahead = (moment.weekday - published.weekday()) % 7
    if moment.amount is not None:
        first = (published.weekday() - _WEEK_BEGINS[moment.calendar]) % 7
        ahead = (moment.weekday - _WEEK_BEGINS[moment.calendar]) % 7 - first + 7 * moment.amount
    elif moment.direction == -1:
        ahead -= 7
    elif moment.direction == 1:
        ahead = ahead or 7
    elif ahead > 3:
        ahead -= 7
    day = move(published, ahead)
    return Reading(day, day, moment.calendar, "day", 0.5, "weekday") if day else None


def _find_counted(moment: Moment, published: date | None) -> Reading | None:
    """Return the day, week, month or year that lies so many before or after publication."""
    amount = moment.amount or 0
    if published is None:
        return None
    if moment.unit == "day":
        day = move(published, amount)
        if day is None:
            return None
        return check_weekday(Reading(day, day, moment.calendar, "day", 0.5, "relative"), moment.weekday)
    if moment.unit == "week":
        first = (published.weekday() - _WEEK_BEGINS[moment.calendar]) % 7
        start = move(published, 7 * amount - first)
        end = move(start, 6) if start else None
        return Reading(start, end, moment.calendar, "range", 0.4, "relative") if start and end else None
    today = from_day(moment.calendar, published)
    if today is None:
        return None
    year, month = today[0] + amount, moment.month
    if moment.unit == "month":
        year, month = divmod(today[0] * 12 + today[1] - 1 + amount, 12)
    days = _days(replace(moment, month=month + 1), year)
    precision = "range" if moment.part else moment.unit
    return Reading(*days, moment.calendar, precision, 0.4, "relative") if days else None
