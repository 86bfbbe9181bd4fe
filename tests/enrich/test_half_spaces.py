"""Half-spaces given back to the words of Persian paragraphs that lost them, for search."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.detect import detect
from tasks.document import Language
from tasks.enrich.half_spaces import find_restored
from tasks.enrich.phrase_words import split_words
from tasks.normalize import normalize
from tasks.text.characters import ZWNJ
from tasks.text.joins import find_joins

PERSIAN = Language("fa", 1.0, (("fa", 1.0),))
TEXT = st.lists(st.sampled_from(["میکند", "نمیروند", "هستهای", "کتابهای", "تهران", "الوزراء", " ", "\n"]) | st.text())


@pytest.mark.parametrize(
    ("text", "restored"),
    [
        ("او میداند و نمیگوید", ("می\u200cداند", "نمی\u200cگوید")),
        ("برنامه هستهای و کتابهای تازه", ("هسته\u200cای", "کتاب\u200cهای")),
        ("میداند که میداند", ("می\u200cداند", "می\u200cداند")),
        ("می\u200cداند", ()),
        ("در میدان میهن نمک هست", ()),
        ("", ()),
    ],
)
def test_persian(text: str, restored: tuple[str, ...]) -> None:
    assert find_restored(text, PERSIAN) == restored


def test_only_persian_paragraphs_of_a_mixed_document() -> None:
    persian = "وزیر خارجه گفت که مذاکرات تازه را در تهران دنبال میکند و پاسخ آن را میداند"
    arabic = "قال الوزير إن المحادثات الجديدة ستستمر في العاصمة حتى نهاية الأسبوع المقبل"
    mixed = Language("fa", 0.9, (("fa", 0.5), ("ar", 0.5)))
    assert find_restored(f"{persian}\n{arabic}", mixed) == ("می\u200cکند", "می\u200cداند")
    assert find_restored(f"{persian}\n{arabic}", Language("ar", 0.9, (("ar", 1.0),))) == ()


@given(TEXT.map("".join))
def test_they_are_words_of_the_text_and_come_in_its_order(text: str) -> None:
    restored = find_restored(text, PERSIAN)
    assert all(ZWNJ in word for word in restored)
    rest = text
    for word in restored:
        _, found, rest = rest.partition(word.replace(ZWNJ, ""))
        assert found


@given(TEXT.map("".join))
def test_words_that_were_parted_before_change_nothing(text: str) -> None:
    assert find_restored(text, PERSIAN, split_words(text)) == find_restored(text, PERSIAN)


@given(TEXT.map("".join))
def test_a_word_is_restored_whatever_stands_beside_it(text: str) -> None:
    alone = [join.word for word in split_words(text)[1::2] for join in find_joins(word)]
    assert alone == [join.word for join in find_joins(text)]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("000", {"هسته\u200cای", "می\u200cکند", "تحریم\u200cهای"}),
        ("002", {"رسانه\u200cهای", "می\u200cکند"}),
        ("003", {"رئیس\u200cجمهور", "توافق\u200cنامه\u200cای", "می\u200cکند"}),
        ("001", set()),
        ("004", set()),
    ],
)
def test_real_pages(real_seeds: Path, number: str, words: set[str]) -> None:
    """The three Persian pages have lost theirs, the Arabic ones have none to lose."""
    (path,) = real_seeds.rglob(f"{number}_*.txt")
    language = detect(text := path.read_text(encoding="utf-8"))
    restored = find_restored(normalize(text, language.code).text, language)
    assert words <= set(restored) if words else restored == ()
