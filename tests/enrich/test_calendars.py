"""Conversion between the calendars. Jalali answers were checked with convertdate and persiantools as well."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.enrich.calendars import find_day, find_month, find_season, find_year, from_day, join


@pytest.mark.parametrize(
    ("calendar", "year", "month", "day", "expected"),
    [
        ("jalali", 1357, 11, 22, date(1979, 2, 11)),
        ("jalali", 1394, 9, 2, date(2015, 11, 23)),
        ("jalali", 1395, 9, 30, date(2016, 12, 20)),
        ("jalali", 1396, 8, 10, date(2017, 11, 1)),
        ("jalali", 1399, 12, 30, date(2021, 3, 20)),
        ("jalali", 1400, 12, 30, None),
        ("jalali", 1396, 8, 31, None),
        ("jalali", 1396, 13, 1, None),
        ("jalali", 1199, 1, 1, None),
        ("jalali", 2017, 1, 1, None),
        ("gregorian", 2017, 11, 1, date(2017, 11, 1)),
        ("gregorian", 2020, 2, 29, date(2020, 2, 29)),
        ("gregorian", 2019, 2, 29, None),
        ("gregorian", 999, 1, 1, None),
        ("hijri", 1439, 2, 12, date(2017, 11, 1)),
        ("hijri", 1444, 8, 18, date(2023, 3, 10)),
        ("hijri", 1342, 1, 1, None),
        ("hijri", 1501, 1, 1, None),
        ("hijri", 1439, 2, 31, None),
    ],
)
def test_days(calendar: str, year: int, month: int, day: int, expected: date | None) -> None:
    assert find_day(calendar, year, month, day) == expected


@pytest.mark.parametrize(
    ("calendar", "year", "month", "expected"),
    [
        ("jalali", 1369, 3, (date(1990, 5, 22), date(1990, 6, 21))),
        ("jalali", 1399, 12, (date(2021, 2, 19), date(2021, 3, 20))),
        ("jalali", 1400, 12, (date(2022, 2, 20), date(2022, 3, 20))),
        ("gregorian", 2016, 2, (date(2016, 2, 1), date(2016, 2, 29))),
        ("hijri", 1442, 9, (date(2021, 4, 13), date(2021, 5, 12))),
        ("gregorian", 2016, 13, None),
        ("hijri", 1300, 1, None),
    ],
)
def test_months(calendar: str, year: int, month: int, expected: tuple[date, date] | None) -> None:
    assert find_month(calendar, year, month) == expected


def test_years() -> None:
    assert find_year("jalali", 1396) == (date(2017, 3, 21), date(2018, 3, 20))
    assert find_year("gregorian", 2015) == (date(2015, 1, 1), date(2015, 12, 31))
    assert find_year("hijri", 1439) == (date(2017, 9, 21), date(2018, 9, 10))
    assert find_year("jalali", 1500) is None


def test_seasons() -> None:
    assert find_season("jalali", 1401, 3) == (date(2022, 9, 23), date(2022, 12, 21))
    assert find_season("jalali", 1403, 4) == (date(2024, 12, 21), date(2025, 3, 20))
    assert find_season("gregorian", 2015, 2) == (date(2015, 6, 22), date(2015, 9, 22))
    assert find_season("jalali", 1399, 2, (3, 3)) == (date(2020, 8, 22), date(2020, 9, 21))
    assert find_season("hijri", 1439, 1) is None


def test_days_back_to_calendars() -> None:
    assert from_day("jalali", date(2017, 11, 1)) == (1396, 8, 10)
    assert from_day("hijri", date(2017, 11, 1)) == (1439, 2, 12)
    assert from_day("gregorian", date(2017, 11, 1)) == (2017, 11, 1)
    assert from_day("jalali", date(600, 1, 1)) is None
    assert from_day("hijri", date(1800, 1, 1)) is None


def test_joining_needs_both_in_order() -> None:
    first, last = (date(2017, 1, 1), date(2017, 1, 31)), (date(2017, 2, 1), date(2017, 2, 28))
    assert join(first, last) == (date(2017, 1, 1), date(2017, 2, 28))
    assert join(last, first) is None
    assert join(None, last) is None
    assert join(first, None) is None


def _jalali_by_arithmetic(day: date) -> tuple[int, int, int]:
    """The 33-year cycle reckoned from 1 Farvardin 1300 (21 March 1921), without any library."""
    year, left = 1300, (day - date(1921, 3, 21)).days
    while left >= (length := 366 if year % 33 in (1, 5, 9, 13, 17, 22, 26, 30) else 365):
        year, left = year + 1, left - length
    if left < 186:
        return year, left // 31 + 1, left % 31 + 1
    return year, (left - 186) // 30 + 7, (left - 186) % 30 + 1


@settings(deadline=None)
@given(st.dates(date(1921, 3, 21), date(2090, 1, 1)))
def test_jalali_agrees_with_arithmetic(day: date) -> None:
    assert from_day("jalali", day) == _jalali_by_arithmetic(day)


@settings(deadline=None)
@given(st.dates(date(1930, 1, 1), date(2070, 1, 1)), st.sampled_from(["jalali", "gregorian", "hijri"]))
def test_there_and_back(day: date, calendar: str) -> None:
    written = from_day(calendar, day)
    assert written is not None
    assert find_day(calendar, *written) == day


@settings(deadline=None)
@given(st.integers(-5000, 5000), st.integers(-3, 20), st.sampled_from(["jalali", "gregorian", "hijri"]))
def test_months_are_whole(year: int, month: int, calendar: str) -> None:
    days = find_month(calendar, year, month)
    if days:
        assert timedelta(27) <= days[1] - days[0] <= timedelta(30)
        assert from_day(calendar, days[0]) == (year, month, 1)
