"""What two or more moments mean together: a range, or one day said in several calendars."""

from dataclasses import replace
from datetime import date
from typing import Final

from tasks.enrich.calendars import HIJRI
from tasks.enrich.date_tokens import Moment
from tasks.enrich.date_values import Reading, check_weekday, find_value

#: Two ways to reckon the Hijri calendar are a day or two apart.
_HIJRI_TOLERANCE: Final = 2


def find_range(first: Moment, last: Moment, published: date | None) -> Reading | None:
    """Return the days from one moment to another; a year that one of them lacks is the other's."""
    if first.unit == "month" and last.unit == "month":
        first, last = replace(first, weak=False), replace(last, weak=False)
    end = find_value(last, published)
    start = None
    if _has_year(first) or (not _has_year(last) and published):
        start = find_value(first, published)
        if start and not _has_year(last):
            end = find_value(last, start.start)
            if end and end.end < start.start:
                end = find_value(replace(last, direction=1), start.start)
    elif end and last.year is not None:
        start = find_value(_with_year_of(first, last, last.year), published)
        if start and start.start > end.end and not last.short_year:
            start = find_value(_with_year_of(first, last, last.year - 1), published)
    elif end:
        start = find_value(replace(first, shift=last.shift), published)
    if start is None or end is None or start.start > end.end:
        return None
    confidence = round(min(start.confidence, end.confidence) * 0.97, 3)
    return Reading(start.start, end.end, start.calendar, "range", confidence, f"range:{start.method}")


def _has_year(moment: Moment) -> bool:
    return moment.year is not None or moment.shift is not None


def _with_year_of(moment: Moment, other: Moment, year: int) -> Moment:
    return replace(moment, year=year, short_year=other.short_year, calendar=other.calendar)


def find_double(moments: tuple[Moment, ...], published: date | None) -> Reading | None:
    """Return the day that several calendars name, doubted (`double:conflict`) when they do not agree."""
    ordered = sorted(moments, key=lambda moment: (moment.year is None, moment.calendar == HIJRI))
    main = ordered[0]
    candidates = [find_value(main, published)] if main.year is not None else _candidates(main, published)
    readings = [reading for reading in candidates if reading]
    agreed = [reading for reading in readings if _agree(reading, ordered[1:])]
    if not readings:
        return None
    calendar = moments[0].calendar
    if not agreed:
        return replace(readings[0], calendar=calendar).conflict("double")
    sure = replace(agreed[0], calendar=calendar, confidence=0.99, method="double")
    for moment in moments:
        sure = check_weekday(sure, moment.weekday)
    return sure


def _candidates(moment: Moment, published: date | None) -> list[Reading | None]:
    """Return the occurrences of a day without its year, the one nearest to publication first."""
    plain = replace(moment, weekday=None)
    found = find_value(plain, published)
    if found is None or published is None:
        return []
    others = [find_value(replace(plain, direction=direction), found.start) for direction in (-1, 1)]
    others.sort(key=lambda reading: abs((reading.start - published).days) if reading else 0)
    return [found, *others]


def _agree(reading: Reading, moments: list[Moment]) -> bool:
    """Whether the other calendars name the same day; Hijri within two days."""
    for moment in moments:
        other = find_value(replace(moment, weekday=None), reading.start)
        tolerance = _HIJRI_TOLERANCE if HIJRI in (moment.calendar, reading.calendar) else 0
        if other is None or abs((other.start - reading.start).days) > tolerance:
            return False
    return True
