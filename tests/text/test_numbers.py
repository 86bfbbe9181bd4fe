"""Numbers written as words, in both languages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.text.folding import fold
from tasks.text.numbers import number_words, parse_number, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("یک", 1),
        ("یکم", 1),
        ("نخست", 1),
        ("دوم", 2),
        ("دوازدهم", 12),
        ("هیجدهم", 18),
        ("بیستم", 20),
        ("بیست و یکم", 21),
        ("بیست\u200cو\u200cیکم", 21),
        ("بیست و هشتم", 28),
        ("سی\u200cام", 30),
        ("سی ام", 30),
        ("سی و یکم", 31),
        ("هفتاد", 70),
        ("صد و بیست", 120),
        ("سیصد و شصت و پنج", 365),
        ("هزار و سیصد و نود و شش", 1396),
        ("یک هزار و چهارصد و سه", 1403),
        ("دو هزار و هفده", 2017),
        ("دوهزار و هفده", 2017),
    ],
)
def test_persian_number_words(text: str, value: int) -> None:
    assert parse_number(text, "fa") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("الأول", 1),
        ("ثلاثة", 3),
        ("العاشر", 10),
        ("الحادي عشر", 11),
        ("الخامس عشر", 15),
        ("أربعة عشر", 14),
        ("العشرين", 20),
        ("الحادي والعشرين", 21),
        ("الثالث والعشرون", 23),
        ("خمسة وعشرين", 25),
        ("خمسة و عشرين", 25),
        ("الثلاثون", 30),
        ("الواحد والثلاثين", 31),
        ("تسعمائة", 900),
        ("تسع مئة", 900),
        ("ألف وتسعمائة وثمانية وأربعين", 1948),
        ("ألفين وسبعة عشر", 2017),
        ("ألفان وعشرون", 2020),
        ("ألفين وثلاثة وعشرين", 2023),
    ],
)
def test_arabic_number_words(text: str, value: int) -> None:
    assert parse_number(text, "ar") == value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "fa"),
        ("   ", "ar"),
        ("مهر", "fa"),
        ("دوم و سوم", "fa"),
        ("پنج بیست", "fa"),
        ("پنج و بیست", "fa"),
        ("بیستم و پنجم", "fa"),
        ("الخامس والسادس", "ar"),
        ("الثالث كتاب", "ar"),
        ("عشرون وثلاثون", "ar"),
    ],
)
def test_not_one_number(text: str, language: str) -> None:
    assert parse_number(text, language) is None


def test_a_number_ends_where_the_next_begins() -> None:
    words = fold("دوم و سوم خرداد").split()
    assert read_number(words, 0, "fa") == (2, True, 1)
    assert read_number(words, 2, "fa") == (3, True, 3)
    assert read_number(words, 3, "fa") is None
    assert read_number(words, 9, "fa") is None


@settings(deadline=None)
@given(st.lists(st.sampled_from([*sorted(number_words("fa")), "و", "مهر"]), max_size=8))
def test_reading_persian_words_is_total(words: list[str]) -> None:
    number = read_number(words, 0, "fa")
    assert number is None or (0 < number.end <= len(words) and number.value > 0)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*sorted(number_words("ar")), "و", "وثلاثین", "کتاب"]), max_size=8))
def test_reading_arabic_words_is_total(words: list[str]) -> None:
    number = read_number(words, 0, "ar")
    assert number is None or (0 < number.end <= len(words) and number.value > 0)


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["fa", "ar"]))
def test_parsing_is_total(text: str, language: str) -> None:
    assert parse_number(text, language) is None or parse_number(text, language) == parse_number(text, language)
