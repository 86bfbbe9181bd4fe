"""Batches: every file in one, few of them, small ones at both ends of a long run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.batches import BATCHES, choose_sizes, choose_usual_size, cut, split
from tasks.document import File


def test_files_stay_in_order() -> None:
    files = [File(str(number), 1, 1) for number in range(5)]
    assert list(split(files, [2, 2, 1])) == [files[:2], files[2:4], files[4:]]


@pytest.mark.parametrize(
    ("files", "size"),
    [(1, 1), (25, 1), (26, 40), (640, 40), (641, 41), (4_000, 250), (100_000, 250), (100_001, 251), (160_000, 400)],
)
def test_few_batches_keep_all_workers_busy(files: int, size: int) -> None:
    assert choose_usual_size(files) == size


def test_a_long_run_begins_and_ends_with_small_batches() -> None:
    assert choose_sizes(4_000) == [62, 125, *[250] * 14, 126, 125, 62]
    assert choose_sizes(100) == [40, 40, 20]
    assert choose_sizes(3) == [1, 1, 1]
    assert choose_sizes(0) == []


def test_a_size_that_was_asked_for_is_that_of_all_batches() -> None:
    assert cut(5_000, 2_000) == [2_000, 2_000, 1_000]


@given(st.integers(0, 160_000))
def test_every_file_is_in_a_batch(files: int) -> None:
    sizes = choose_sizes(files)
    assert sum(sizes) == files
    assert all(size > 0 for size in sizes)
    assert len(sizes) <= BATCHES + 4
