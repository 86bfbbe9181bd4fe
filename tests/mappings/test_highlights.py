"""Marks land exactly on the source characters, whatever form a word was found by."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.search.query import build_search

pytestmark = pytest.mark.search


@pytest.mark.parametrize(
    ("language", "text", "query", "marked"),
    [
        ("fa", "متن کتاب‌های تازه", "کتاب", "کتاب‌های"),
        ("fa", "متن کتاب های تازه", "کتابهای", "کتاب های"),
        ("fa", "او می گوید که", "می‌گوید", "می گوید"),
        ("fa", "دیدار رئیس جمهور با", "رئیس‌جمهور", "رئیس جمهور"),
        ("fa", "برنامه هسته‌ای ایران", "هستهای", "هسته‌ای"),
        ("fa", "شهر تهــران بزرگ", "تهران", "تهــران"),
        ("fa", "سال ۱۳۹۶ بود", "1396", "۱۳۹۶"),
        ("fa", "دولت ايران گفت", "ایران", "ايران"),
        ("fa", "«گفت‌وگو» شد", "گفتوگو", "گفت‌وگو"),
        ("fa", "همه ﺍﯾﺮﺍﻥ خوب", "ایران", "ﺍﯾﺮﺍﻥ"),
        ("fa", "کار مسئولان شهر", "مسئول", "مسئولان"),
        ("ar", "قال وبالاتفاق معه", "اتفاق", "وبالاتفاق"),
        ("ar", "زار بطهران أمس", "طهران", "بطهران"),
        ("ar", "في الْحُكُومَةُ هنا", "الحكومه", "الْحُكُومَةُ"),
        ("ar", "شن هجومًا عنيفا", "هجوم", "هجومًا"),
        ("ar", "جاء المسؤولون معا", "مسئول", "المسؤولون"),
        ("ar", "مدينة نيو يورك كبيرة", "نيويورك", "نيو يورك"),
        ("ar", "يحب الـــعراق كثيرا", "عراق", "الـــعراق"),
    ],
)
def test_the_mark_is_the_word(archive: Any, language: str, text: str, query: str, marked: str) -> None:
    archive.fill(language, [text])
    (answer,) = archive.ask(language, [build_search(query)])
    (hit,) = answer["hits"]["hits"]
    assert re.findall("<em>(.*?)</em>", " ".join(hit["highlight"]["body"])) == [marked]


NOISE = st.sampled_from(
    ["", "", "", "\u200c", "\u0640", "\u064e", "\u0651", "\u200f", " ", "\n", "«", "، ", "ها", " می "]
)
# fmt: off
WORDS = st.sampled_from([
    "رئیس", "جمهور", "گفت", "و", "گو", "ایران", "هسته\u200cای", "المسؤولون", "وبالاتفاق", "كتاب", "هجومًا", "۱۲٫۵",
    "ﺳﻼﻡ", "شده\u200cاست", "به\u200cعنوان", "لليبيا", "Putin", "نمی\u200cدانم",
])
# fmt: on
TEXTS = st.lists(st.tuples(WORDS, NOISE), min_size=1, max_size=12).map(lambda parts: "".join(a + b for a, b in parts))


@pytest.mark.parametrize("analyzer", ["precise", "stem", "exact", "bigram", "name"])
@pytest.mark.parametrize("language", ["fa", "ar"])
def test_offsets_lie_on_words(archive: Any, language: str, analyzer: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(TEXTS)
    def check(text: str) -> None:
        last = 0
        for token in archive.tokens(language, analyzer, text):
            start, end = token["start_offset"], token["end_offset"]
            assert 0 <= last <= start < end <= len(text)
            assert not text[start].isspace()
            assert not text[end - 1].isspace()
            assert any(map(str.isalnum, text[start:end]))
            last = start

    check()
