"""Batches: every file in one, few of them, small ones at both ends of a long run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.batches import BATCH_BYTES, BATCHES, choose_sizes, choose_usual_size, cut, split
from tasks.document import File


def test_files_stay_in_order() -> None:
    files = [File(str(number), 1, 1) for number in range(5)]
    assert list(split(files, [2, 2, 1])) == [files[:2], files[2:4], files[4:]]


def test_large_files_make_smaller_batches() -> None:
    third = BATCH_BYTES // 3
    files = [File(name, size, 1) for name, size in (("a", third), ("b", third), ("c", third), ("d", third), ("e", 1))]
    assert list(split(files, [5])) == [files[:3], files[3:]]


def test_a_file_beyond_what_a_batch_may_have_is_a_batch_of_its_own() -> None:
    files = [File("a", 1, 1), File("b", BATCH_BYTES + 1, 1), File("c", 1, 1)]
    assert list(split(files, [3])) == [files[:1], files[1:2], files[2:]]
    assert list(split(files, [1, 1, 1])) == [files[:1], files[1:2], files[2:]]


@given(st.lists(st.integers(0, 2 * BATCH_BYTES), max_size=60), st.integers(1, 20))
def test_a_batch_has_no_more_than_it_may_and_every_file_once(sizes: list[int], most: int) -> None:
    files = [File(str(number), size, 1) for number, size in enumerate(sizes)]
    batches = list(split(files, cut(len(files), most)))
    assert [file for batch in batches for file in batch] == files
    for batch in batches:
        assert 0 < len(batch) <= most
        assert len(batch) == 1 or sum(file.size for file in batch) <= BATCH_BYTES


@pytest.mark.parametrize(
    ("files", "size"),
    [(1, 1), (25, 1), (26, 40), (640, 40), (641, 41), (4_000, 250), (12_800, 800), (12_801, 800), (160_000, 800)],
)
def test_few_batches_keep_all_workers_busy(files: int, size: int) -> None:
    assert choose_usual_size(files) == size


def test_a_long_run_begins_and_ends_with_small_batches() -> None:
    assert choose_sizes(4_000) == [62, 125, *[250] * 14, 126, 125, 62]
    assert choose_sizes(100_000) == [200, 400, *[800] * 123, 400, 400, 200]
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
