"""Dates found in text: the hand-made list, what is kept of a date, and properties of any text.

Every number of `data/dates.tsv` was worked out by hand; its Jalali days by two further libraries.
"""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.document import DateMention
from tasks.enrich.dates import find_dates

HERE = Path(__file__).resolve().parent

Expected = tuple[date, date, str, str]


def _load() -> list[tuple[str, str, str, date | None, list[Expected]]]:
    rows = []
    for line in (HERE / "data" / "dates.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, language, kind, published, *rest = line.split("\t")
        expected = [
            (date.fromisoformat(rest[at]), date.fromisoformat(rest[at + 1]), rest[at + 2], rest[at + 3])
            for at in range(0, len(rest), 4)
        ]
        rows.append((text, language, kind, None if published == "-" else date.fromisoformat(published), expected))
    return rows


ROWS = _load()
DATES = [row for row in ROWS if row[2] != "none"]
OTHERS = [row for row in ROWS if row[2] == "none"]


def _find(text: str, language: str, published: date | None) -> list[Expected]:
    return [
        (mention.start, mention.end, mention.calendar, mention.precision)
        for mention in find_dates(text, language, published)
    ]


def test_the_list_is_long_enough() -> None:
    assert len({row[0] for row in DATES}) >= 200
    assert len({row[0] for row in OTHERS}) >= 60
    assert {row[2] for row in DATES} >= {
        "jalali", "gregorian", "hijri", "numeric", "double", "conflict", "noyear", "weekday", "words", "range", "month",
        "part", "season", "year", "decade", "relative",
    }  # fmt: skip


def test_every_date_of_the_list_is_right() -> None:
    wrong = [row[0] for row in DATES if _find(row[0], row[1], row[3]) != row[4]]
    assert wrong == []


def test_nothing_else_is_dated() -> None:
    dated = [row[0] for row in OTHERS if _find(row[0], row[1], row[3])]
    assert dated == []


# -- what is kept of a date ------------------------------------------------------------------------


def _only(text: str, language: str, published: date | None = None) -> DateMention:
    (mention,) = find_dates(text, language, published)
    return mention


def test_offsets_count_characters_of_the_given_text() -> None:
    text = "او روز جمعه ۲۸ دی\u200cماه ۱۴۰۳ رفت"
    mention = _only(text, "fa")
    assert mention.text == "جمعه ۲۸ دی\u200cماه ۱۴۰۳"
    assert text[mention.offset[0] : mention.offset[1]] == mention.text


def test_arabic_particles_stay_outside_the_hamza_inside() -> None:
    assert _only("وفي لقاء الثلاثاء", "ar", date(2022, 7, 19)).text == "الثلاثاء"
    assert _only("التقوا ويوليو 2015 شاهد", "ar").text == "يوليو 2015"


def test_a_double_date_is_one_mention() -> None:
    mention = _only("روز 23 نوامبر- دوم آذر- به تهران", "fa", date(2015, 11, 13))
    assert mention.text == "23 نوامبر- دوم آذر"
    assert (mention.start, mention.method, mention.confidence) == (date(2015, 11, 23), "double", 0.99)


def test_a_conflict_between_calendars_is_told() -> None:
    mention = _only("در ۵ آذر ۱۳۹۵ / ۲۰ دسامبر ۲۰۱۶ برگزار شد", "fa")
    assert mention.method == "double:conflict"
    assert mention.confidence < 0.4
    assert _only("في 13 أكتوبر/ آذار 2017", "ar").method == "double:conflict"


def test_a_weekday_that_does_not_agree_is_told() -> None:
    right = _only("جمعه 22 آبان ۱۳۹۴", "fa")
    wrong = _only("شنبه 22 آبان ۱۳۹۴", "fa")
    assert right.start == wrong.start == date(2015, 11, 13)
    assert right.confidence > 0.9
    assert (wrong.confidence < 0.4, wrong.method) == (True, "absolute:weekday:conflict")


def test_a_hijri_date_says_so_and_may_move_to_its_weekday() -> None:
    plain = _only("في 12 صفر 1439", "ar")
    assert (plain.method, plain.calendar) == ("hijri", "hijri")
    assert plain.confidence < 0.8
    moved = _only("الخميس 12 صفر 1439", "ar")
    assert (moved.start, moved.method) == (date(2017, 11, 2), "hijri:weekday")


@pytest.mark.parametrize(
    ("text", "language"),
    [("دیروز", "fa"), ("أمس", "ar"), ("۲۲ بهمن", "fa"), ("يوم الثلاثاء", "ar"), ("سال گذشته", "fa"), ("5 آب", "ar")],
)
def test_what_needs_the_publication_date_waits_for_it(text: str, language: str) -> None:
    assert find_dates(text, language) == ()
    assert find_dates(text, language, date(2020, 2, 1))[0].confidence < 0.9


def test_relative_days_are_little_trusted() -> None:
    assert _only("دیروز", "fa", date(2017, 11, 1)).confidence <= 0.5
    assert _only("أمس", "ar", date(2017, 11, 1)).confidence <= 0.5


def test_an_event_named_by_a_day_is_little_trusted() -> None:
    assert _only("ثورة 25 يناير", "ar", date(2020, 2, 1)).confidence <= 0.3
    assert _only("ثورة 25 يناير 2011", "ar", date(2020, 2, 1)).confidence > 0.9


def test_years_that_two_calendars_share_go_by_the_publication_date() -> None:
    assert _only("بتاريخ 1439/02/12", "ar", date(2017, 11, 3)).calendar == "hijri"
    assert _only("بتاريخ 1396/08/10", "ar", date(2017, 11, 3)).start == date(2017, 11, 1)
    assert _only("مورخ 1440/02/12", "fa", date(2018, 11, 3)).calendar == "hijri"


@pytest.mark.parametrize("language", ["und", "ur", ""])
def test_other_languages_try_both_tables(language: str) -> None:
    text = "10 آبان 1396\n1 تشرين الثاني 2017"
    assert [mention.start for mention in find_dates(text, language)] == [date(2017, 11, 1)] * 2


def test_the_letters_of_both_keyboards_are_one() -> None:
    assert _only("۵ شهريور ۱۳۹۰", "fa").start == _only("۵ شهریور ۱۳۹۰", "fa").start
    assert _only("12 تشرین الأول 2021", "ar").start == _only("12 تشرين الاول 2021", "ar").start


def test_days_at_the_ends_of_the_calendar() -> None:
    for day in (date.min, date.max):
        for text in ("دیروز و فردا و ۲۹ اسفند", "سال آینده", "هفته گذشته", "جمعه گذشته", "ماه آینده"):
            for mention in find_dates(text, "fa", day):
                assert mention.start <= mention.end


# -- any text --------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        "۱۰", "31", "٥", "1396", "۲۰۱۷", "97", "دوم", "بیست", "و", "تا", "از", "إلى", "بين", "/", "-", "(", ")", "،",
        "آبان", "آذرماه", "نوامبر", "تشرين الأول", "آب", "محرم", "رمضان", "وأكتوبر", "كانون", "سه", "شنبه", "جمعه",
        "الثلاثاء", "سال", "عام", "سال\u200cهای", "عامي", "دهه", "التسعينيات", "اواخر", "أواخر", "قبل", "الماضي",
        "گذشته", "امسال", "دیروز", "اليوم", "أمس", "هفته", "پیش", "روز", "يومي", "میلادی", "هـ", "ه.ش", "الموافق",
        "برابر با", "\n", ".", ":", "ماه", "شهر", "تابستان", "صيف", "الخامس", "والعشرين", "نفر", "ميدان", "½", "²",
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=80), st.lists(_PIECES, max_size=14).map(" ".join), st.lists(_PIECES, max_size=9).map("".join)
)


@pytest.mark.parametrize(
    "text",
    [
        "۵ مهر " + "گذشته " * 3000,
        "مايو " + "الماضي " * 3000,
        "اليوم " * 3000,
        "۵ و " * 3000 + "مهر",
        "الثلاثاء و" * 3000,
        "9" * 9000 + "/1/1",
        "1/1/" + "9" * 9000,
        "اواخر " * 3000 + "مهر",
        "( " * 3000 + "سال ۱۳۹۶",
    ],
    ids=range(9),
)
def test_endless_repetition_is_read_to_its_end(text: str) -> None:
    for language in ("fa", "ar", "und"):
        for mention in find_dates(text, language, date(2017, 11, 1)):
            assert mention.start <= mention.end


@settings(deadline=None)
@given(_TEXTS, st.sampled_from(["fa", "ar", "und"]), st.none() | st.dates())
def test_any_text(text: str, language: str, published: date | None) -> None:
    mentions = find_dates(text, language, published)
    assert find_dates(text, language, published) == mentions
    end = 0
    for mention in mentions:
        assert end <= mention.offset[0] < mention.offset[1] <= len(text)
        end = mention.offset[1]
        assert text[mention.offset[0] : end] == mention.text
        assert mention.start <= mention.end
        assert mention.calendar in ("jalali", "gregorian", "hijri")
        assert mention.precision in ("day", "month", "season", "year", "decade", "range")
        assert 0 < mention.confidence <= 0.99


@settings(deadline=None)
@given(st.dates(date(1925, 1, 1), date(2075, 1, 1)), st.sampled_from(["fa", "ar"]))
def test_every_day_is_read_back(day: date, language: str) -> None:
    months = {
        "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
        "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    }
    written = f"{day.day} {months[language].split()[day.month - 1]} {day.year}"
    mention = _only(written, language)
    assert (mention.start, mention.end, mention.text) == (day, day, written)
