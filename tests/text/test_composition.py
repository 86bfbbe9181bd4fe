import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.composition import COMBINING_GRAPHEME_JOINER, compose

#: Two marks in the order that NFC turns round, and the order it wants.
TURNED, ORDERED = "\u0301\u0327", "\u0327\u0301"


@pytest.mark.parametrize(
    ("text", "composed"),
    [
        ("", ""),
        ("آب", "آب"),
        ("ا\u0653ب", "آب"),
        ("ه\u0654", "ه\u0654"),
        ("ە\u0654", "ۀ"),
        ("x" + TURNED * 15, "x" + "\u0327" * 15 + "\u0301" * 15),
        ("ا\u0653" + "•" * 60, "آ" + "•" * 60),
    ],
)
def test_text_of_any_language_is_plain_nfc(text: str, composed: str) -> None:
    assert compose(text) == composed == unicodedata.normalize("NFC", text)


def test_long_run_of_marks_is_parted() -> None:
    composed = compose("x" + TURNED * 100_000)
    assert composed.startswith("x" + "\u0327" * 15 + "\u0301" * 15 + COMBINING_GRAPHEME_JOINER)
    assert composed.count(COMBINING_GRAPHEME_JOINER) == 6666
    assert compose(composed) == composed


@given(st.text())
def test_total_and_idempotent(text: str) -> None:
    composed = compose(text)
    assert unicodedata.is_normalized("NFC", composed)
    assert compose(composed) == composed


@given(st.text("ا\u0653\u0654\u0301\u0327م\u034f", max_size=400))
def test_marks_in_any_order(text: str) -> None:
    composed = compose(text)
    assert unicodedata.is_normalized("NFC", composed)
    assert compose(composed) == composed
