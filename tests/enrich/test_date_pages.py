"""Every date of the sample pages and of the real seeds is found, in whole pages."""

import tomllib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.document import DateMention
from tasks.enrich.dates import find_dates
from tasks.text.characters import NO_BREAK_SPACE, RLM, ZWNJ

CHECKOUT = Path(__file__).resolve().parents[2]
FACTS: dict[str, dict[str, Any]] = tomllib.loads(
    (CHECKOUT / "tests" / "seeds" / "facts.toml").read_text(encoding="utf-8")
)


def _is_found(expected: dict[str, Any], mentions: tuple[DateMention, ...]) -> bool:
    return any(
        (mention.start, mention.end) == (expected["start"], expected["end"])
        and (expected["text"] in mention.text or mention.text in expected["text"])
        for mention in mentions
    )


@pytest.mark.parametrize("name", sorted(FACTS))
def test_sample_pages(name: str) -> None:
    facts = FACTS[name]
    text = (CHECKOUT / "tests" / "seeds" / "expected" / name).read_text(encoding="utf-8")
    text = unicodedata.normalize("NFC", text).replace(RLM, "").replace(NO_BREAK_SPACE, " ")
    while ZWNJ * 2 in text:
        text = text.replace(ZWNJ * 2, ZWNJ)
    mentions = find_dates(text, facts["language"], facts["published"])
    assert [expected["text"] for expected in facts["dates"] if not _is_found(expected, mentions)] == []


#: By the first three digits of the file's name: language, publication date, and every date as it is written.
SEED_DATES: dict[str, tuple[str, date, list[tuple[str, date, date]]]] = {
    "000": ("fa", date(2015, 11, 13), [
        ("دوم آذرماه", date(2015, 11, 23), date(2015, 11, 23)),
        ("جمعه 22 آبان", date(2015, 11, 13), date(2015, 11, 13)),
        ("ده روز دیگر", date(2015, 11, 23), date(2015, 11, 23)),
        ("23 نوامبر- دوم آذر", date(2015, 11, 23), date(2015, 11, 23)),
        ("سال 2007", date(2007, 1, 1), date(2007, 12, 31)),
        ("جمعه", date(2015, 11, 13), date(2015, 11, 13)),
        ("اواخر سپتامبر", date(2015, 9, 21), date(2015, 9, 30)),
        ("شنبه", date(2015, 11, 14), date(2015, 11, 14)),
        ("سال 2010", date(2010, 1, 1), date(2010, 12, 31)),
    ]),
    "001": ("ar", date(2017, 11, 1), [
        ("الأربعاء 1 تشرين الثاني 2017", date(2017, 11, 1), date(2017, 11, 1)),
        ("هذا الشهر", date(2017, 11, 1), date(2017, 11, 30)),
        ("13 أكتوبر/ تشرين الأول", date(2017, 10, 13), date(2017, 10, 13)),
    ]),
    "002": ("fa", date(2016, 12, 18), [
        ("یکشنبه 18 دسامبر", date(2016, 12, 18), date(2016, 12, 18)),
        ("ژانویه آینده", date(2017, 1, 1), date(2017, 1, 31)),
        ("شنبه", date(2016, 12, 17), date(2016, 12, 17)),
        ("سه شنبه 30 آذر / 20 دسامبر", date(2016, 12, 20), date(2016, 12, 20)),
        ("27 دسامبر", date(2016, 12, 27), date(2016, 12, 27)),
        ("دو هفته پیش", date(2016, 12, 3), date(2016, 12, 9)),
    ]),
    "003": ("fa", date(2025, 1, 14), [
        ("جمعه", date(2025, 1, 17), date(2025, 1, 17)),
        ("جمعه ۲۸ دی ماه", date(2025, 1, 17), date(2025, 1, 17)),
        ("۱۱ اکتبر ۲۰۲۴", date(2024, 10, 11), date(2024, 10, 11)),
        ("14 ژانویه 2025", date(2025, 1, 14), date(2025, 1, 14)),
        ("جمعه ۲۸ دیماه", date(2025, 1, 17), date(2025, 1, 17)),
        ("دهه ۷۰", date(1991, 3, 21), date(2001, 3, 20)),
        ("تابستان امسال", date(2024, 6, 21), date(2024, 9, 21)),
        ("سال گذشته", date(2023, 3, 21), date(2024, 3, 19)),
    ]),
    "004": ("ar", date(2022, 7, 19), [
        ("الثلاثاء", date(2022, 7, 19), date(2022, 7, 19)),
        ("أواخر يوليو", date(2022, 7, 21), date(2022, 7, 31)),
        ("الأسبوع الماضي", date(2022, 7, 10), date(2022, 7, 16)),
        ("يونيو", date(2022, 6, 1), date(2022, 6, 30)),
        ("الاثنين", date(2022, 7, 18), date(2022, 7, 18)),
        ("الشهر الماضي", date(2022, 6, 1), date(2022, 6, 30)),
        ("13 يوليو", date(2022, 7, 13), date(2022, 7, 13)),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("number", sorted(SEED_DATES))
def test_real_seeds(number: str, real_seeds: Path) -> None:
    (path,) = real_seeds.glob(f"{number}_*.txt")
    language, published, expected = SEED_DATES[number]
    mentions = find_dates(path.read_text(encoding="utf-8"), language, published)
    assert [(mention.text, mention.start, mention.end) for mention in mentions] == expected
