"""The folding in front of every chain: the same as in Python, and the same for both keyboards."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.letters import fold, letter_rules, mark_rules, shape_rules, write_rules
from tasks.text.characters import ZWNJ
from tasks.text.folding import fold as fold_in_python

LETTERS = st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.sampled_from("ab 1\u200c\u200f\ufee1"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("إيران", "ایران"), ("ٱلسُّورِيَّة", "السوریه"), ("كتاب", "کتاب"), ("مسؤول", "مسول"), ("مسئول", "مسول"),
        ("ســلام", "سلام"), ("۱۳۹۶ ١٣٩٦", "1396 1396"), ("\ufeb3\ufefc\ufee1", "سلام"), ("می\u00acشود", "می\u200cشود"),
        ("انتخابات_ریاست", "انتخابات ریاست"), ("هٰذا", "هذا"), ("\ufdf2", "الله"), ("رئیس", "رییس"), ("جزء", "جز"),
        ("مس\ufe85\ufeedل", "مسول"), ("\u00c9m", "Em"),
    ],
)  # fmt: skip
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(LETTERS)
def test_fold_is_total_and_settles(text: str) -> None:
    assert fold(fold(fold(text))) == fold(fold(text))


@pytest.mark.parametrize("word", ["إيران", "رئيس", "جمهورية", "علی", "كتاب", "قُرآن", "سماء", "۱۲۳", "خانهٔ", "ﺳﻼﻡ"])
def test_python_and_elasticsearch_fold_to_the_same_letters(word: str) -> None:
    assert fold(word).replace(ZWNJ, "") == fold_in_python(word)


def test_rules_are_unique_and_escaped() -> None:
    for rules in (mark_rules(), letter_rules(), shape_rules()):
        written = write_rules(rules)
        sources = [line.split(" => ")[0] for line in written]
        assert len(set(sources)) == len(sources) > 50
        assert all(line.isascii() for line in written)


@pytest.mark.search
def test_elasticsearch_folds_as_the_function_does(analyze: Callable[[str, str, str], list[str]]) -> None:
    words = ["إيران", "ٱلسُّورِيَّة", "مسؤول", "مسئول", "۱۳۹۶", "سلام", "هٰذا", "رئیس", "جزء", "كتاب", "علی", "ﺳﻼﻡ"]
    assert analyze("other", "name", " ".join(words)) == [fold(word) for word in words]
