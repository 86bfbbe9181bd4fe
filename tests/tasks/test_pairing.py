"""Two sorted streams paired: every key once, in order, with what either stream has under it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.pairing import pair_sorted

KEYS = st.sets(st.text()).map(sorted)


def pair(left: list[str], right: list[str]) -> list[tuple[str, str | None, str | None]]:
    return list(pair_sorted(left, right, str, str))


@pytest.mark.parametrize(
    ("left", "right", "pairs"),
    [
        ([], [], []),
        (["a"], [], [("a", "a", None)]),
        ([], ["a"], [("a", None, "a")]),
        (["a", "b"], ["b", "c"], [("a", "a", None), ("b", "b", "b"), ("c", None, "c")]),
        (["الف"], ["ب"], [("الف", "الف", None), ("ب", None, "ب")]),
    ],
)
def test_pairs(left: list[str], right: list[str], pairs: list[tuple[str, str | None, str | None]]) -> None:
    assert pair(left, right) == pairs


@given(KEYS, KEYS)
def test_every_key_comes_once_with_what_has_it(left: list[str], right: list[str]) -> None:
    pairs = pair(left, right)
    assert [key for key, _, _ in pairs] == sorted({*left, *right})
    assert [one for _, one, _ in pairs if one is not None] == left
    assert [other for _, _, other in pairs if other is not None] == right


def test_no_more_than_one_item_is_read_ahead() -> None:
    read: list[str] = []

    def stream() -> Iterator[str]:
        for name in ("a", "b", "c", "d"):
            read.append(name)
            yield name

    pairs = pair_sorted(stream(), iter(()), str, str)
    next(pairs)
    next(pairs)
    assert read == ["a", "b"]
