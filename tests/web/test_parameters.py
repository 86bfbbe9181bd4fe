"""Addresses: read totally, written so that they read back, tokens that cannot be forged into anything else."""

import json
import math
from datetime import date, timedelta
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.search.facets import Bar, Narrowing, read_histogram
from daftar.web.chart import draw_chart
from daftar.web.interface import Interface
from daftar.web.paging import ORDERS, build_sort, read_token, write_token
from daftar.web.parameters import Asked, read_parameters

NAMES = [
    "q",
    "language",
    "person",
    "place",
    "directory",
    "story",
    "from",
    "to",
    "first",
    "sort",
    "ui",
    "theme",
    "after",
]
pairs = st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30)), max_size=12)
values = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)


def read_url(url: str) -> Asked:
    return read_parameters(parse_qsl(urlsplit(url).query, keep_blank_values=True))


@given(pairs)
def test_what_was_read_is_written_so_that_it_reads_the_same(given_pairs: list[tuple[str, str]]) -> None:
    asked = read_parameters(given_pairs)
    again = read_url(asked.url())
    assert again.pairs() == asked.pairs()
    assert dict(again.narrowing.values) == dict(asked.narrowing.values)


@given(st.text(max_size=40).map(str.strip), values, st.dates(), st.sampled_from(["", *ORDERS]))
def test_a_search_survives_its_address(text: str, value: str, day: date, order: str) -> None:
    values_by_name = MappingProxyType({"person": (value,), "directory": ("",)})
    asked = Asked(text=text, narrowing=Narrowing(values_by_name, start=day, first_only=True), order=order)
    if day.year >= 1600:
        again = read_url(asked.url())
        assert (again.text, again.order, again.narrowing.start) == (text, order, day)
        assert dict(again.narrowing.values) == dict(values_by_name)
        assert again.problems == ()


@given(values)
def test_a_value_chosen_twice_is_not_chosen(value: str) -> None:
    asked = Asked()
    once = asked.toggle("person", value)
    assert once.narrowing.values["person"] == (value,)
    assert once.toggle("person", value).pairs() == asked.pairs()


@given(st.text(max_size=100), st.sampled_from([*ORDERS]))
def test_reading_a_token_is_total(token: str, order: str) -> None:
    position = read_token(token, order)
    assert position is None or len(position) == len(ORDERS[order])


@given(
    st.floats(min_value=0, max_value=1e6, width=32),
    st.integers(-(2**60), 2**60),
    st.text(st.characters(codec="ascii"), max_size=64),
)
def test_tokens_read_back(score: float, moment: int, document_id: str) -> None:
    assert read_token(write_token([score, moment, document_id]), "relevance") == (score, moment, document_id)
    assert read_token(write_token([moment, document_id]), "newest") == (moment, document_id)
    assert read_token(write_token([score, moment, document_id]), "newest") is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=6))
def test_only_positions_are_tokens(value: object) -> None:
    position = read_token(write_token(json.loads(json.dumps([value, "id"]))), "newest")
    fits = type(value) is int and -(2**63) <= value < 2**63
    assert (position is not None) == fits


def test_a_score_is_finite() -> None:
    for score in (math.nan, math.inf, 1e31, True, "1"):
        assert read_token(write_token([score, 1, "x"]), "relevance") is None


def test_backwards_is_the_reverse() -> None:
    assert build_sort("newest") == [{"@timestamp": "desc"}, {"document_id": "asc"}]
    assert build_sort("newest", backwards=True) == [{"@timestamp": "asc"}, {"document_id": "desc"}]


def test_the_order_follows_from_the_words() -> None:
    assert Asked().sorting == "newest"
    assert Asked(text="آب").sorting == "relevance"
    assert Asked(text="آب", order="oldest").sorting == "oldest"


def bars_of(interval: str, *keys: int, narrowing: Narrowing | None = None) -> list[Bar]:
    buckets = [{"key": key, "doc_count": 1} for key in keys]
    return read_histogram(
        {"histogram": {"values": {"buckets": buckets, "interval": interval}}}, narrowing or Narrowing()
    )


def test_bars_have_their_first_and_last_day() -> None:
    year, day = 1_483_228_800_000, 86_400_000
    assert bars_of("1y", year, year + 365 * day) == [
        Bar(date(2017, 1, 1), date(2017, 12, 31), 1),
        Bar(date(2018, 1, 1), date(2018, 12, 31), 1),
    ]
    assert bars_of("3M", year) == [Bar(date(2017, 1, 1), date(2017, 3, 31), 1)]
    assert bars_of("7d", year) == [Bar(date(2017, 1, 1), date(2017, 1, 7), 1)]
    assert bars_of("1d", year) == [Bar(date(2017, 1, 1), date(2017, 1, 1), 1)]
    narrow = Narrowing(start=date(2017, 2, 1), end=date(2017, 2, 3))
    assert bars_of("1y", year, narrowing=narrow) == [Bar(date(2017, 2, 1), date(2017, 2, 3), 1)]


def test_bars_of_times_that_dates_do_not_have() -> None:
    assert bars_of("100y", -(2**62), 2**62) == [
        Bar(date.min, date(9999, 12, 30), 1),
        Bar(date.max, date.max, 1),
    ]
    assert bars_of("1y") == []


@pytest.mark.parametrize(("bars", "thickness", "first"), [(2, 0.96, 5.52), (12, 5.76, 3.12), (40, 10.0, 1.0)])
def test_a_few_bars_are_no_slabs(bars: int, thickness: float, first: float) -> None:
    days = [date(2020, 1, 1) + timedelta(number) for number in range(bars)]
    chart = draw_chart([Bar(day, day, 1) for day in days], Asked(), Interface("en"))
    assert chart is not None
    assert (chart.bar, chart.columns[0].x, chart.width) == (thickness, first, 12 * bars)
    assert [column.reach for column in chart.columns] == list(range(0, 12 * bars, 12))
