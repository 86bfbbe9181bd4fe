"""Marks land exactly on the source characters, whatever form a word was found by."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.noise import NOISE
from daftar.search.query import build_query, build_search

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


# fmt: off
SPOILT = {
    "fa": ["می‌کند", "کتاب‌های", "هسته‌ای", "رئیس‌جمهور", "گفت‌وگو", "مسئولان", "تهران", "یکشنبه", "۱۳۹۶", "کودکان"],
    "ar": ["المسؤولون", "بالاتفاق", "حكومة", "إيران", "أمريكا", "هجوما", "القاهرة", "مستشفى", "ليبيا", "للعراق"],
}
# fmt: on
#: Neither a number nor «در»: «۱۲ می» is a date, «در می‌کند» another verb.
AROUND = st.lists(st.sampled_from(["متن", "«", "Putin", "؛", "\n", "از", "في", "،", "(", "😀"]), max_size=4)


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_a_word_is_marked_in_every_spelling_of_every_noise(archive: Any, language: str) -> None:
    variants = sorted({(word, change(word)) for change in NOISE[language].values() for word in SPOILT[language]})

    @settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(AROUND, AROUND), min_size=len(variants), max_size=len(variants)))
    def check(around: list[tuple[list[str], list[str]]]) -> None:
        texts = [
            " ".join([*before, spoilt, *after]) for (_, spoilt), (before, after) in zip(variants, around, strict=True)
        ]
        archive.fill(language, texts)
        requests = [
            {
                **build_search(query),
                "query": {"bool": {"must": build_query(query), "filter": {"ids": {"values": [one]}}}},
            }
            for one, pair in enumerate(variants)
            for query in pair
        ]
        for position, answer in enumerate(archive.ask(language, requests)):
            word, spoilt = variants[position // 2]
            (hit,) = answer["hits"]["hits"]
            marked = re.findall("<em>(.*?)</em>", " ".join(hit["highlight"]["body"]), re.DOTALL)
            assert marked == [spoilt], (word, spoilt, texts[position // 2])

    check()


NOISE_BETWEEN = st.sampled_from(
    ["", "", "", "\u200c", "\u0640", "\u064e", "\u0651", "\u200f", " ", "\n", "«", "، ", "ها", " می "]
)
# fmt: off
WORDS = st.sampled_from([
    "رئیس", "جمهور", "گفت", "و", "گو", "ایران", "هسته\u200cای", "المسؤولون", "وبالاتفاق", "كتاب", "هجومًا", "۱۲٫۵",
    "ﺳﻼﻡ", "شده\u200cاست", "به\u200cعنوان", "لليبيا", "Putin", "نمی\u200cدانم",
])
# fmt: on
TEXTS = st.lists(st.tuples(WORDS, NOISE_BETWEEN), min_size=1, max_size=12).map(
    lambda parts: "".join(a + b for a, b in parts)
)


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
