"""The comparison key of a text, and the way back from it to the text."""

import unicodedata
from bisect import bisect_left, bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.squeezed_text import squeeze
from tasks.text.characters import HARAKAT, TATWEEL, ZWNJ
from tasks.text.folding import fold, fold_with_offsets

#: Letters, what folds to nothing, and ligatures that fold to several letters.
TEXTS = st.text(st.sampled_from([*"بهی ك4۴.", ZWNJ, *HARAKAT, TATWEEL, "ء", "\ufefb", "\ufdf2", "ß"]) | st.characters())


@pytest.mark.parametrize(
    ("text", "folded", "offsets"),
    [
        ("", "", [0]),
        ("هسته\u200cای", "هستهای", [0, 1, 2, 3, 5, 6, 7]),
        ("\u064eب", "ب", [1, 2]),
        ("ب\u064e", "ب", [0, 2]),
        ("\ufefb!", "لا!", [0, 0, 1, 2]),
        ("\u064e\u0640\ufefb\u200cك", "لاک", [2, 2, 4, 5]),
        ("إيران ۴", "ایران 4", [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_every_character_knows_where_it_came_from(text: str, folded: str, offsets: list[int]) -> None:
    found, places = fold_with_offsets(text)
    assert (found, [places[index] for index in range(len(found) + 1)]) == (folded, offsets)


@given(TEXTS)
def test_offsets_are_those_of_the_characters_one_by_one(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    folded, offsets = fold_with_offsets(text)
    one_by_one = [place for place, character in enumerate(text) for _ in fold(character)] + [len(text)]
    assert folded == fold(text)
    assert [offsets[index] for index in range(len(folded) + 1)] == one_by_one
    assert [offsets.find(place) for place in range(len(text) + 1)] == [
        bisect_left(one_by_one, place) for place in range(len(text) + 1)
    ]


@given(TEXTS)
def test_words_are_found_by_their_place_in_the_source(text: str) -> None:
    page = squeeze(unicodedata.normalize("NFC", text))
    starts = [page.origin(start) for start in page.starts]
    for index in range(len(page.words)):
        first, last = page.offset(page.starts[index], page.ends[index])
        assert page.words_in((first, last)) == range(bisect_right(starts, first) - 1, bisect_left(starts, last))


@given(TEXTS)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
