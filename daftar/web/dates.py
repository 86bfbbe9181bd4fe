"""Days as readers write them, in the Iranian and the Gregorian calendar side by side, and days that readers type."""

import re
from datetime import date, datetime
from typing import Any, Final

from babel import Locale

from daftar.web.interface import Interface
from tasks.enrich.calendars import JALALI, find_day, from_day
from tasks.text.folding import fold

#: Months of the Iranian calendar in the three languages.
JALALI_MONTHS: Final = {
    "fa": ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
    "ar": ("فروردين", "أرديبهشت", "خرداد", "تير", "مرداد", "شهريور", "مهر", "آبان", "آذر", "دي", "بهمن", "إسفند"),
    "en": (
        *("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar"),
        *("Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"),
    ),
}

_TYPED: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
#: A year below it that a reader types is of the Iranian calendar.
_FIRST_GREGORIAN: Final = 1600


def read_day(typed: str) -> date | None:
    """Read a day that a reader typed, in either calendar; None if it is none.

    `read_day("۱۳۹۶/۸/۱۰") == read_day("2017-11-01")`: a year before 1600 is of the Iranian calendar.
    """
    match = _TYPED.fullmatch(fold(typed[:40]).strip())
    if not match:
        return None
    year, month, day = (int(part) for part in match.groups())
    if year < _FIRST_GREGORIAN:
        return find_day(JALALI, year, month, day)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_moment(value: Any) -> datetime | None:
    """Read a moment or a day as the index stores it; None if it is missing or cannot be read."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def write_gregorian(day: date, interface: Interface) -> str:
    """Write a day in the Gregorian calendar: «۱ نوامبر ۲۰۱۷»."""
    month = Locale(interface.language).months["format"]["wide"][day.month]
    return interface.digits(f"{day.day} {month} {day.year}")


def write_jalali(day: date, interface: Interface) -> str:
    """Write a day in the Iranian calendar: «۱۰ آبان ۱۳۹۶»; empty for a day before that calendar."""
    found = from_day(JALALI, day)
    if found is None:
        return ""
    year, month, number = found
    return interface.digits(f"{number} {JALALI_MONTHS[interface.language][month - 1]} {year}")


def write_both(day: date, interface: Interface) -> tuple[str, str]:
    """Write a day in both calendars, the one the readers of the interface live by first; the second may be empty."""
    jalali, gregorian = write_jalali(day, interface), write_gregorian(day, interface)
    return (jalali, gregorian) if interface.language == "fa" and jalali else (gregorian, jalali)


def write_days(start: Any, end: Any, interface: Interface) -> str:
    """Write the days from `start` to `end`, as the index stores them, in both calendars; a single day once."""
    moments = [moment for moment in (parse_moment(start), parse_moment(end)) if moment]
    days = dict.fromkeys(moment.date() for moment in moments)
    return " – ".join(" / ".join(filter(None, write_both(day, interface))) for day in days)


def write_short(day: date, interface: Interface) -> str:
    """Write a day in the first calendar of the interface only."""
    return write_both(day, interface)[0]


def write_year(day: date, interface: Interface) -> tuple[str, str]:
    """Write the year of a day in both calendars, in the order of `write_both`."""
    found = from_day(JALALI, day)
    jalali, gregorian = interface.digits(str(found[0])) if found else "", interface.digits(str(day.year))
    return (jalali, gregorian) if interface.language == "fa" and jalali else (gregorian, jalali)


def write_clock(moment: datetime, interface: Interface) -> str:
    """Write the time of day, in UTC as stored: «۲۰:۱۵»."""
    return interface.digits(f"{moment:%H:%M}")
