"""What differs between two versions: as written, in order, and enough to make one from the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.differences import diff
from tasks.text.folding import fold
from tests.seeds.sample import read_expected

words = st.lists(st.sampled_from(("یک", "دو", "سه", "چهار", "پنج", "شش")), max_size=30)


def told(one: str, other: str) -> list[tuple[str, str]]:
    return [(difference.removed, difference.added) for difference in diff(one, other)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("او به تهران رفت", "او دیروز به شیراز رفت", [("", "دیروز"), ("تهران", "شیراز")]),
        ("رئیس جمهور ایران وارد دمشق شد", "رئیس جمهور وارد شد", [("ایران", ""), ("دمشق", "")]),
        ("وصل الرئيس إلى القاهرة", "وصل الرئيس الإيراني إلى القاهرة، اليوم.", [("", "الإيراني"), ("", "اليوم")]),
        ("متن نخست", "", [("متن نخست", "")]),
        ("", "«متن» دوم", [("", "متن» دوم")]),
        ("", "…", []),
        ("شمار کشته‌ها ۲۱ نفر است", "شمار كشتهها 21 نفر است.", []),
        ("إيــران", "ایران", []),
    ],
)
def test_differences_are_told_as_written(one: str, other: str, expected: list[tuple[str, str]]) -> None:
    assert told(one, other) == expected


@given(words, words)
def test_the_differences_make_one_text_of_the_other(one: list[str], other: list[str]) -> None:
    before, after = " ".join(one), " ".join(other)
    made, done = [], 0
    for difference in diff(before, after):
        start, end = difference.removed_offset
        made += before[done:start].split() + difference.added.split()
        done = end
    assert made + before[done:].split() == other


@given(st.text(), st.text())
def test_any_texts_have_differences_with_their_offsets(one: str, other: str) -> None:
    done = other_done = 0
    for difference in diff(one, other):
        assert one[slice(*difference.removed_offset)] == difference.removed
        assert other[slice(*difference.added_offset)] == difference.added
        assert difference.removed or difference.added
        assert fold(difference.removed) != fold(difference.added)
        assert done <= difference.removed_offset[0] <= difference.removed_offset[1]
        assert other_done <= difference.added_offset[0] <= difference.added_offset[1]
        done, other_done = difference.removed_offset[1], difference.added_offset[1]


@given(st.text())
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert diff(text, text) == ()


def test_long_texts_without_a_word_in_common_are_replaced_as_a_whole() -> None:
    one, other = "الف ب " * 5_000, "پ ت " * 5_000
    assert told(one, other) == [(one.strip(), other.strip())]


def test_the_edits_of_a_sample_page_are_found() -> None:
    changes = told(read_expected("fa-kermanshah-earthquake.txt"), read_expected("fa-western-iran-quake.txt"))
    assert ("نواحی", "مناطق") in changes
    assert ("مقام‌های رسمی", "مسئولان") in changes
    assert ("در خیابان‌ها و پارک‌ها", "بیرون از خانه") in changes
    assert len(changes) < 20
