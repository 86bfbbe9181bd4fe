"""hazm's words: those with a count by string, all by a hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.lexicon import load_lexicon


@pytest.mark.parametrize("word", ["کتاب", "هسته", "میدان", "نسخه", "گروه"])
def test_words_are_listed(word: str) -> None:
    lexicon = load_lexicon()
    assert lexicon.lists(word)
    assert lexicon.is_plain(word)


@pytest.mark.parametrize("word", ["", "کتابچچ", "هستهای", "kitab"])
def test_other_strings_are_not(word: str) -> None:
    assert not load_lexicon().lists(word)
    assert not load_lexicon().is_plain(word)


def test_a_word_without_a_count_is_listed_and_not_plain() -> None:
    assert load_lexicon().lists("میکند")
    assert not load_lexicon().is_plain("میکند")


def test_most_words_have_no_count() -> None:
    lexicon = load_lexicon()
    assert len(lexicon.listed) > 5 * len(lexicon.frequencies) > 100_000
    assert all(map(lexicon.lists, lexicon.frequencies))


@given(st.text())
def test_any_string_may_be_asked_for(word: str) -> None:
    assert load_lexicon().lists(word) in (True, False)
