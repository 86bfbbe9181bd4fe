"""Counting: every kind has its field, and sums add."""

from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.outcome import Kind, Sums, count


def test_each_kind_has_its_field() -> None:
    assert [field.name for field in fields(Sums)] == [kind.value for kind in Kind]


@pytest.mark.parametrize("kind", Kind)
def test_one_of_a_kind(kind: Kind) -> None:
    assert {name: number for name, number in asdict(count([kind])).items() if number} == {kind.value: 1}


@given(st.lists(st.sampled_from(Kind)), st.lists(st.sampled_from(Kind)))
def test_counting_in_parts_is_counting_at_once(first: list[Kind], second: list[Kind]) -> None:
    assert count(first) + count(second) == count(first + second)
    assert sum(asdict(count(first)).values()) == len(first)


def test_touched_is_what_a_run_did_something_about() -> None:
    sums = Sums(new=1, changed=2, renamed=3, removed=4, duplicate=5, quarantined=6, ignored=7, waiting=8, unchanged=9)
    assert sums.touched == 15
