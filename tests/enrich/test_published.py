"""The publication date, by the page's own signs."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.enrich.published import find_published

CHECKOUT = Path(__file__).resolve().parents[2]
FACTS: dict[str, dict[str, Any]] = tomllib.loads(
    (CHECKOUT / "tests" / "seeds" / "facts.toml").read_text(encoding="utf-8")
)
FILE = date(2026, 11, 25)


@pytest.mark.parametrize("fallback", [FILE, date(2025, 3, 1)])
@pytest.mark.parametrize("name", sorted(FACTS))
def test_sample_pages(name: str, fallback: date) -> None:
    facts = FACTS[name]
    text = (CHECKOUT / "seeds" / name).read_bytes().decode(facts["encoding"])
    found = find_published(text, facts["language"], fallback)
    assert found.date == facts["published"]
    assert found.offset is not None
    assert text[found.offset[0] : found.offset[1]] == found.text
    if "published_line" in facts:
        assert found.method == "dateline"


@pytest.mark.parametrize(
    ("number", "language", "expected", "method"),
    [
        ("000", "fa", date(2015, 11, 13), "agreement"),
        ("001", "ar", date(2017, 11, 1), "today"),
        ("002", "fa", date(2016, 12, 18), "agreement"),
        ("003", "fa", date(2025, 1, 14), "dateline"),
        ("004", "ar", FILE, "file"),  # the page names no year, nor a day of the month with its weekday
    ],
)
def test_real_seeds(number: str, language: str, expected: date, method: str, real_seeds: Path) -> None:
    (path,) = real_seeds.glob(f"{number}_*.txt")
    found = find_published(path.read_text(encoding="utf-8"), language, FILE)
    assert (found.date, found.method) == (expected, method)


@pytest.mark.parametrize(
    ("text", "language", "expected", "method"),
    [
        ("خبر\nتاریخ انتشار: ۱۰ آبان ۱۳۹۶ - ۱۴:۳۰\nمتن خبر ۵ آبان ۱۳۹۶ بود", "fa", date(2017, 11, 1), "dateline"),
        ("عنوان\n۵ آبان ۱۳۹۶\nمتن\nتاریخ انتشار: ۱۰ آبان ۱۳۹۶", "fa", date(2017, 11, 1), "dateline"),
        ("عنوان\nآخر تحديث: 3 نوفمبر 2017\nنشر في 1 نوفمبر 2017\nنص", "ar", date(2017, 11, 1), "dateline"),
        ("آخر تحديث: 3 نوفمبر 2017\nنص الخبر كله هنا", "ar", date(2017, 11, 3), "dateline"),
        ("Published: 2017-11-01\nنص الخبر", "ar", date(2017, 11, 1), "dateline"),
        ("كتب أحمد | 1 نوفمبر 2017\nنص الخبر", "ar", date(2017, 11, 1), "dateline"),
        ("عنوان\nوصل الرئيس في زيارة رسمية اليوم 1 نوفمبر 2017 إلى البلاد", "ar", date(2017, 11, 1), "today"),
        ("عنوان\nوصل الرئيس في زيارة رسمية يوم 1 نوفمبر 2017 إلى البلاد", "ar", date(2017, 11, 1), "first-absolute"),
        ("وزیر در نشست خبری ۱۰ آبان ۱۳۹۶ (۱ نوامبر ۲۰۱۷) از آن سخن گفت", "fa", date(2017, 11, 1), "double"),
        (
            "در جنگ ۳۱ شهریور ۱۳۵۹ خانه ویران شده بود و اکنون باز ساخته شد\nشهردار ۱۰ آبان ۱۳۹۶ آن را در آیینی گشود",
            "fa", date(2017, 11, 1), "first-absolute",
        ),
        ("به گفته وزیر این کار روز سه شنبه 30 آذر / 20 دسامبر آغاز شد", "fa", date(2016, 12, 20), "double"),
        ("عنوان\nدیدار دو وزیر در ۱ آبان ۱۳۹۶ / عکس: خبرگزاری\nمتن بی‌تاریخ", "fa", date(2017, 10, 23), "caption"),
        ("جنگ در ۳۱ شهریور ۱۳۵۹ آغاز شد و در ۲۹ مرداد ۱۳۶۷ پایان یافت", "fa", FILE, "file"),
        ("عنوان\nاندلعت الحرب في 6 أكتوبر 1973 وانتهت في 25 أكتوبر 1973 بعد تدخل دولي", "ar", FILE, "file"),
        ("عنوان\nنشر في 6 أكتوبر 1973\nنص الخبر كله هنا", "ar", date(1973, 10, 6), "dateline"),
        ("جنگ ۳۱ شهریور ۱۳۵۹ را وزیر در ۱۰ آبان ۱۳۹۶ به یاد آورد", "fa", date(2017, 11, 1), "first-absolute"),
        ("عنوان\nمتن بی‌تاریخ", "fa", FILE, "file"),
        ("", "ar", FILE, "file"),
    ],
)  # fmt: skip
def test_signs(text: str, language: str, expected: date, method: str) -> None:
    found = find_published(text, language, FILE)
    assert (found.date, found.method) == (expected, method)


def test_a_date_beside_a_picture_is_not_the_page() -> None:
    text = "عنوان\nدیدار در ۱۱ اکتبر ۲۰۲۴ در عشق‌آباد / عکس: AA\n14 ژانویه 2025\n\nمتن"
    assert find_published(text, "fa", FILE).date == date(2025, 1, 14)


def test_the_iranian_day_is_given() -> None:
    assert find_published("۱۰ آبان ۱۳۹۶", "fa", FILE).jalali == (1396, 8, 10)
    assert find_published("", "fa", FILE).jalali == (1405, 9, 4)


def test_the_file_has_no_words() -> None:
    found = find_published("متن", "fa", FILE)
    assert (found.text, found.offset) == ("", None)


_PIECES = st.sampled_from(
    ["۱۰ آبان ۱۳۹۶", "سه شنبه 30 آذر / 20 دسامبر", "جمعه ۵ مهر", "اليوم", "13 يوليو", "تاریخ انتشار:", "عکس", "\n", "-",
     "سال ۲۰۱۰", "متن خبر که درازتر است", "آخر تحديث:", "۳۰ اسفند", "1 رمضان 1440"]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.text(max_size=60) | st.lists(_PIECES, max_size=10).map(" ".join),
    st.sampled_from(["fa", "ar", "und"]),
    st.dates(),
)
def test_any_page(text: str, language: str, fallback: date) -> None:
    found = find_published(text, language, fallback)
    assert find_published(text, language, fallback) == found
    assert (found.method == "file") == (found.offset is None)
    if found.offset is None:
        assert found.date == fallback
    else:
        assert text[found.offset[0] : found.offset[1]] == found.text
