"""Days of the Iranian (Jalali), Gregorian and Hijri calendars, as Gregorian days.

Conversion is jdatetime's (Jalali) and hijridate's (Hijri, Umm al-Qura; a sighting of the moon may move it by
a day). Every function answers None for a day that does not exist or lies beyond what the library knows.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final

JALALI: Final = "jalali"
GREGORIAN: Final = "gregorian"
HIJRI: Final = "hijri"

#: The years a text may mean; hijridate knows 1343 to 1500.
YEARS: Final = {JALALI: (1200, 1499), GREGORIAN: (1000, 2199), HIJRI: (1343, 1500)}


@lru_cache(maxsize=4096)
def find_day(calendar: str, year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day of a date: `find_day("jalali", 1396, 8, 10) == date(2017, 11, 1)`."""
    low, high = YEARS[calendar]
    if not low <= year <= high:
        return None
    try:
        if calendar == GREGORIAN:
            return date(year, month, day)
        if calendar == HIJRI:
            return _hijri_day(year, month, day)
        return _jalali_day(year, month, day)
    except (ValueError, OverflowError):
        return None


def _jalali_day(year: int, month: int, day: int) -> date:
    import jdatetime

    found: date = jdatetime.date(year, month, day).togregorian()
    return date(found.year, found.month, found.day)


def _hijri_day(year: int, month: int, day: int) -> date:
    from hijridate import Hijri

    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)


@cache
def find_month(calendar: str, year: int, month: int) -> tuple[date, date] | None:
    """Return the first and the last day of a month."""
    first = find_day(calendar, year, month, 1)
    if first is None:
        return None
    if calendar == GREGORIAN:
        return first, first + timedelta(monthrange(year, month)[1] - 1)
    for length in (31, 30, 29):
        last = find_day(calendar, year, month, length)
        if last:
            return first, last
    return None


def find_year(calendar: str, year: int) -> tuple[date, date] | None:
    """Return the first and the last day of a year: 1396 is 2017-03-21 to 2018-03-20."""
    return join(find_month(calendar, year, 1), find_month(calendar, year, 12))


def find_season(calendar: str, year: int, season: int, months: tuple[int, int] = (1, 3)) -> tuple[date, date] | None:
    """Return the days of a season (spring is 1) of the year it begins in, or of some of its three months.

    The Iranian months begin at the equinoxes and solstices, so the Gregorian seasons are theirs too.
    """
    if calendar == HIJRI:
        return None
    jalali = year if calendar == JALALI else year - 621
    before = 3 * season - 3
    return join(find_month(JALALI, jalali, before + months[0]), find_month(JALALI, jalali, before + months[1]))


def join(first: tuple[date, date] | None, last: tuple[date, date] | None) -> tuple[date, date] | None:
    """Return the days from the beginning of one interval to the end of another, if both are there."""
    if first is None or last is None or first[0] > last[1]:
        return None
    return first[0], last[1]


@lru_cache(maxsize=1024)
def from_day(calendar: str, day: date) -> tuple[int, int, int] | None:
    """Return year, month and day of a Gregorian day: `from_day("jalali", date(2017, 11, 1))` is 1396, 8, 10."""
    if calendar == GREGORIAN:
        return day.year, day.month, day.day
    try:
        if calendar == HIJRI:
            from hijridate import Gregorian

            hijri = Gregorian(day.year, day.month, day.day).to_hijri()
            return hijri.year, hijri.month, hijri.day
        import jdatetime

        jalali = jdatetime.date.fromgregorian(date=day)
    except (ValueError, OverflowError):
        return None
    return jalali.year, jalali.month, jalali.day
