"""Nothing invisible but single ZWNJs inside words and line ends; everything that is seen stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.text.characters import (
    ALM,
    BIDI_CONTROLS,
    BOM,
    LRM,
    NARROW_NO_BREAK_SPACE,
    NO_BREAK_SPACE,
    RLM,
    SOFT_HYPHEN,
    TATWEEL,
    WORD_JOINER,
    ZERO_WIDTH,
    ZERO_WIDTH_SPACE,
    ZWJ,
    ZWNJ,
)
from tasks.text.clean import clean

FAMILY = f"\U0001f468{ZWJ}\U0001f469{ZWJ}\U0001f467"
DIRTY = st.text(
    st.one_of(
        st.sampled_from("میشود ابح.،" + BIDI_CONTROLS + ZERO_WIDTH + ZWNJ + "\u0301\u0654\r\n\t\u2028"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh", id="line ends"),
        pytest.param("a\x00b\x07\x1b\x7f", "ab", id="controls"),
        pytest.param("a\tb", "a b", id="tab"),
        pytest.param(f"۱۰{NO_BREAK_SPACE}آبان{NARROW_NO_BREAK_SPACE}ماه\u3000و", "۱۰ آبان ماه و", id="spaces"),
        pytest.param("سه  فاصله   دارد", "سه  فاصله   دارد", id="number of spaces stays"),
        pytest.param(f"{RLM}سلام{LRM} \u202bدنیا\u202c {ALM}\u2067و\u2069", "سلام دنیا و", id="bidi"),
        pytest.param(f"{BOM}خ{SOFT_HYPHEN}ب{WORD_JOINER}ر{ZERO_WIDTH_SPACE}ی", "خبری", id="zero width"),
        pytest.param(f"می{ZWNJ}رود", f"می{ZWNJ}رود", id="ZWNJ in a word"),
        pytest.param(f"می{ZWNJ * 3}رود", f"می{ZWNJ}رود", id="run of ZWNJ"),
        pytest.param(f"می{ZWNJ}{RLM}{ZWNJ}رود", f"می{ZWNJ}رود", id="run with a mark in it"),
        pytest.param(f"{ZWNJ}خانه{ZWNJ} ها{ZWNJ}.", "خانه ها.", id="ZWNJ at the edges of words"),
        pytest.param(f"۲۰{ZWNJ}ساله", f"۲۰{ZWNJ}ساله", id="ZWNJ after a digit"),
        pytest.param(f"کتابِ{ZWNJ}ها", f"کتابِ{ZWNJ}ها", id="ZWNJ after a vowel mark"),
        pytest.param(f"ه{ZWJ} ق", "ه ق", id="ZWJ"),
        pytest.param(FAMILY, FAMILY, id="ZWJ of an emoji"),
        pytest.param("ا\u0653ن و\u0654", "آن ؤ", id="NFC"),
        pytest.param("\ud800الف", "الف", id="lone surrogate"),
        pytest.param("\u0600۱۲ \u06dd", "\u0600۱۲ \u06dd", id="Arabic number signs"),
        pytest.param(
            f"«إيران» مُهمّ مـ{TATWEEL}ـن ۱۲ ١٢ 12 ﷺ ﻻ", f"«إيران» مُهمّ مـ{TATWEEL}ـن ۱۲ ١٢ 12 ﷺ ﻻ", id="seen stays"
        ),
    ],
)
def test_clean(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@given(DIRTY)
def test_clean_is_idempotent_and_leaves_nothing_unseen(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert {unicodedata.category(character) for character in cleaned if character != "\n"}.isdisjoint(
        {"Cc", "Cs", "Zl", "Zp"}
    )
    assert not set(cleaned) & set(BIDI_CONTROLS + BOM + ZERO_WIDTH_SPACE + NO_BREAK_SPACE)
    assert ZWNJ * 2 not in cleaned
    assert not any(word.startswith(ZWNJ) or word.endswith(ZWNJ) for word in cleaned.split())


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_what_is_seen_stays(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_no_space_or_control_stands_where_none_is_looked_for() -> None:
    """What is replaced is listed up to U+3000, the last of the spaces, and the surrogates."""
    kinds = {unicodedata.category(chr(code)) for code in range(0x3001, 0x110000) if not 0xD800 <= code < 0xE000}
    assert kinds.isdisjoint({"Zs", "Zl", "Zp", "Cc", "Cs"})
