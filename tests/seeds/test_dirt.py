"""The sample pages have the dirt of scraped pages: each kind that real pages show occurs somewhere."""

import re
from collections.abc import Callable

import pytest
from sample import FACTS, SEEDS, read_page

from tasks.text.characters import (
    ARABIC_INDIC_DIGITS,
    ARABIC_KAF,
    ARABIC_YEH,
    FARSI_YEH,
    HARAKAT,
    KEHEH,
    LATIN_DIGITS,
    NO_BREAK_SPACE,
    PERSIAN_DIGITS,
    RLM,
    TATWEEL,
    ZWNJ,
)


def _in(pattern: str, language: str | None = None) -> Callable[[], bool]:
    """Whether a page (of this language) has the pattern."""
    return lambda: any(
        re.search(pattern, read_page(name), re.MULTILINE)
        for name, facts in FACTS.items()
        if language in {None, facts["language"]}
    )


def _in_one(*alphabets: str) -> Callable[[], bool]:
    """Whether one page has characters of all these alphabets."""
    return lambda: any(all(set(alphabet) & set(read_page(name)) for alphabet in alphabets) for name in FACTS)


DIRT: dict[str, Callable[[], bool]] = {
    "digits of three sets in one page": _in_one(LATIN_DIGITS, PERSIAN_DIGITS, ARABIC_INDIC_DIGITS),
    "ZWNJ stripped": _in(r"\bهستهای\b", "fa"),
    "ZWNJ kept": _in(f"می{ZWNJ}\\w", "fa"),
    "ZWNJ twice": _in(ZWNJ * 2, "fa"),
    "ZWNJ as a space": _in(r"\bمی (?:کند|شود)\b", "fa"),
    "Arabic keyboard": _in(f"[پچژگ]\\w*[{ARABIC_YEH}{ARABIC_KAF}]", "fa"),
    "Persian keyboard": _in(f"ة .*[{FARSI_YEH}{KEHEH}]", "ar"),
    "Arabic paragraph in a Persian page": _in(r"^أعلنت .* السفارتين", "fa"),
    "tatweel": _in(f"\\w{TATWEEL}\\w", "ar"),
    "harakat": _in(f"\\w[{HARAKAT}]\\w[{HARAKAT}]", "ar"),
    "presentation forms": _in("[\ufe70-\ufefc]", "ar"),
    "decomposed hamza": _in("\u0627\u0654", "ar"),
    "direction mark": _in(RLM),
    "no-break space": _in(NO_BREAK_SPACE),
    "Jalali and Gregorian": _in(r"23 تیر / 14 ژوئیه", "fa"),
    "Gulf and Levantine months": _in(r"14 يوليو/ تموز", "ar"),
    "Levantine months": _in(r"12 تشرين الثاني", "ar"),
    "Maghrebi month": _in(r"25 جويلية", "ar"),
    "address line": _in(r"^\d+ Example Street"),
    "tags": lambda: _in(r"^الوسوم", "ar")() and _in(r"^برچسب", "fa")(),
    "related articles": lambda: _in(r"^مقالات ذات صلة", "ar")() and _in(r"^مطالب مرتبط", "fa")(),
    "comments": lambda: _in(r"^اترك تعليق", "ar")() and _in(r"^نظر شما", "fa")(),
    "share line": lambda: _in(r"^شارك", "ar")() and _in(r"^اشتراک", "fa")(),
    "photo credit": lambda: _in(r"صورة: |/ وكالة", "ar")() and _in(r"عکس: ", "fa")(),
    "copyright": lambda: _in(r"©", "ar")() and _in(r"©", "fa")(),
    "windows-1256": lambda: any(facts["encoding"] == "windows-1256" for facts in FACTS.values()),
    "byte order mark": lambda: any(facts["encoding"] == "utf-8-sig" for facts in FACTS.values()),
    "CRLF": lambda: any(b"\r\n" in (SEEDS / name).read_bytes() for name in FACTS),
    "doubled title": lambda: any(facts.get("doubled_title") == facts["title"] for facts in FACTS.values()),
    "no line end at the end": lambda: any(not read_page(name).endswith("\n") for name in FACTS),
    "name spelt two ways": lambda: _in("أردوغان", "ar")() and _in("اردوغان", "ar")(),
}


@pytest.mark.parametrize("kind", DIRT)
def test_dirt_occurs(kind: str) -> None:
    assert DIRT[kind]()


def test_hijri_dates_occur_on_two_pages() -> None:
    hijri = re.compile(r"\d+ (?:شعبان|محرم|جمادى الآخرة) \d+هـ")
    assert sum(bool(hijri.search(read_page(name))) for name in FACTS) == 2


def test_a_double_title_can_carry_the_name_of_the_site() -> None:
    longer = {name for name, facts in FACTS.items() if facts.get("doubled_title", facts["title"]) != facts["title"]}
    assert {FACTS[name]["language"] for name in longer} == {"fa", "ar"}
    assert all(FACTS[name]["doubled_title"].startswith(FACTS[name]["title"]) for name in longer)
