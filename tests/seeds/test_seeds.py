"""The sample pages are what `facts.toml` says."""

import difflib
import re
from collections import Counter
from datetime import date
from pathlib import Path

import jdatetime
import pytest
from sample import EXPECTED, FACTS, SEEDS, clean, lines, read_expected, read_page

from tasks.text.folding import fold

REAL_SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
KINDS = ("people", "places", "organizations")

#: Month names by calendar, in the order of the months.
JALALI = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
GREGORIAN = (
    ["ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"],
    ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    [
        "كانون الثاني",
        "شباط",
        "آذار",
        "نيسان",
        "أيار",
        "حزيران",
        "تموز",
        "آب",
        "أيلول",
        "تشرين الأول",
        "تشرين الثاني",
        "كانون الأول",
    ],
    ["جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت"],
)
#: The Hijri halves of the double dates, which the Saudi calendar and the tabular one put a day apart.
HIJRI = re.compile(r"\d+ (?:شعبان|محرم|جمادی الاخره) \d+ه")


pages = pytest.mark.parametrize("name", sorted(FACTS))


def test_every_page_has_its_facts_and_its_expected_text() -> None:
    stored = {path.relative_to(SEEDS).as_posix() for path in SEEDS.rglob("*.txt")}
    assert stored == set(FACTS)
    assert {path.relative_to(EXPECTED).as_posix() for path in EXPECTED.rglob("*.txt")} == stored


def test_there_are_at_least_eight_pages_of_our_own_in_each_language() -> None:
    own = Counter(facts["language"] for facts in FACTS.values() if "copy_of" not in facts)
    assert own["fa"] >= 8
    assert own["ar"] >= 8
    assert sum("/" in name for name in FACTS) == 2


def test_no_two_pages_are_the_same_bytes() -> None:
    assert len({(SEEDS / name).read_bytes() for name in FACTS}) == len(FACTS)


def test_six_events_are_told_in_both_languages() -> None:
    told = {(facts["event"], facts["language"]) for facts in FACTS.values()}
    assert sum((event, "ar") in told for event, language in told if language == "fa") >= 6


@pages
def test_size(name: str) -> None:
    assert 2 * 1024 <= len(read_page(name).encode()) <= 6 * 1024


@pages
def test_encoding(name: str) -> None:
    data = (SEEDS / name).read_bytes()
    assert FACTS[name]["encoding"] in {"utf-8", "utf-8-sig", "windows-1256"}
    assert data.startswith(b"\xef\xbb\xbf") == (FACTS[name]["encoding"] == "utf-8-sig")
    if FACTS[name]["encoding"] == "windows-1256":
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


@pages
def test_expected_text_is_title_blank_line_body(name: str) -> None:
    facts, expected = FACTS[name], read_expected(name)
    title, blank, body = expected.split("\n", 2)
    assert (title, blank) == (facts["title"], "")
    assert body.startswith(facts["first_words"])
    assert body.endswith(facts["last_words"] + "\n")
    assert expected == clean(expected)
    assert "\n\n\n" not in expected


@pages
def test_words_of_expected_are_a_subsequence_of_the_page(name: str) -> None:
    words = iter(clean(read_page(name)).split())
    assert all(word in words for word in read_expected(name).split())


@pages
def test_title_body_and_removed_lines_make_up_the_page(name: str) -> None:
    facts = FACTS[name]
    doubled = [facts["title"]] if facts.get("doubled_title") == facts["title"] else []
    parts = lines(read_expected(name)) + facts["removed"] + doubled
    assert Counter(parts) == Counter(lines(read_page(name)))


@pages
def test_removed_lines_are_not_inread_expected(name: str) -> None:
    facts = FACTS[name]
    assert facts["removed"]
    assert not set(facts["removed"]) & set(lines(read_expected(name)))
    assert "published_line" not in facts or facts["published_line"] in facts["removed"]


@pages
def test_dates_stand_in_the_article_in_their_order(name: str) -> None:
    expected, position = read_expected(name), 0
    for mention in FACTS[name]["dates"]:
        position = expected.index(mention["text"], position) + len(mention["text"])
        assert mention["start"] <= mention["end"]


@pages
def test_published_is_said_on_the_page(name: str) -> None:
    facts = FACTS[name]
    if "published_line" in facts:
        assert _says(facts["published_line"], facts["published"])
    else:
        assert facts["published"] in {mention["start"] for mention in facts["dates"]}


@pages
def test_names_are_spelt_in_the_article(name: str) -> None:
    facts, expected = FACTS[name], read_expected(name)
    labels = [label for kind in KINDS for label in facts[kind]]
    assert facts["places"]
    assert sorted(labels) == sorted(facts["spellings"])
    assert [label for label in labels if facts["spellings"][label] not in expected] == []


def _months(text: str) -> set[tuple[str, int]]:
    """The months named in a folded text: calendar and number."""
    found = set()
    for calendar, names in (("jalali", JALALI), *(("gregorian", names) for names in GREGORIAN)):
        for number, month in enumerate(names, start=1):
            if re.search(rf"(?<!\w){fold(month)}(?:ماه)?(?!\w)", text):
                found.add((calendar, number))
    return found


def _says(text: str, day: date) -> bool:
    """Whether every month and year in `text` is that of `day` in its calendar, and its day is there."""
    folded = HIJRI.sub("", fold(text))
    days = {"jalali": jdatetime.date.fromgregorian(date=day), "gregorian": day}
    numbers = {int(number) for number in re.findall(r"(?<![\d:])\d+(?![\d:])", folded)}
    months = _months(folded)
    return (
        all(number == days[calendar].month and days[calendar].day in numbers for calendar, number in months)
        and {number for number in numbers if 1300 <= number <= 2100} <= {each.year for each in days.values()}
        and bool(months)
    )


@pages
def test_days_agree_in_every_calendar_they_are_named_in(name: str) -> None:
    single = [mention for mention in FACTS[name]["dates"] if mention["start"] == mention["end"]]
    assert single
    assert [mention["text"] for mention in single if not _says(mention["text"], mention["start"])] == []


@pytest.mark.parametrize(
    ("text", "day", "says"),
    [
        ("۱۹ اسفند / ۱۰ مارس", date(2023, 3, 10), True),
        ("۱۸ اسفند / ۱۰ مارس", date(2023, 3, 10), False),
        ("12 تشرين الثاني 2017", date(2017, 11, 12), True),
        ("12 تشرين الأول 2017", date(2017, 11, 12), False),
        ("21 بهمن 1398", date(2021, 2, 9), False),
        ("25 جويلية 2019", date(2019, 7, 25), True),
    ],
)
def test_says(text: str, day: date, says: bool) -> None:
    assert _says(text, day) is says


@pytest.mark.parametrize("name", sorted(name for name, facts in FACTS.items() if "copy_of" in facts))
def test_copy_keeps_most_of_its_source_under_another_title(name: str) -> None:
    source = FACTS[name]["copy_of"]
    words, source_words = (fold(read_expected(page)).split() for page in (name, source))
    ratio = difflib.SequenceMatcher(None, words, source_words, autojunk=False).ratio()
    assert 0.8 < ratio < 0.97
    assert FACTS[name]["event"] == FACTS[source]["event"]
    assert FACTS[name]["title"] != FACTS[source]["title"]
    assert not set(FACTS[name]["removed"]) & set(FACTS[source]["removed"])


@pytest.mark.skipif(not REAL_SEEDS.is_dir(), reason="needs the folder of real pages beside the checkout")
def test_no_page_shares_forty_characters_with_a_real_page() -> None:
    length, runs = 40, set()
    for path in REAL_SEEDS.glob("*.txt"):
        text = " ".join(path.read_text(encoding="utf-8").split())
        runs |= {text[start : start + length] for start in range(len(text) - length + 1)}
    assert runs
    for name in FACTS:
        text = " ".join(read_page(name).split())
        assert not runs & {text[start : start + length] for start in range(len(text) - length + 1)}, name
