"""Words, numbers, dates and languages of the interface."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.search.labels import FACETS, LABEL_LANGUAGES, label_field, list_labelled
from daftar.web.dates import read_day, write_both
from daftar.web.interface import LANGUAGES, Interface, choose_language, isolate, list_messages
from mappings import DOCUMENT_FIELDS

WEB = Path(__file__).resolve().parents[2] / "daftar" / "web"


def test_every_field_has_a_name_in_every_language() -> None:
    assert list_labelled() == DOCUMENT_FIELDS
    for field in DOCUMENT_FIELDS:
        assert all(label_field(field, language).strip() for language in LABEL_LANGUAGES)
    assert label_field("people", "fa") == "اشخاص"
    assert label_field("people", "ar") == "الأشخاص"
    assert label_field("people", "en") == "People"


def test_facets_are_fields() -> None:
    assert {facet.field for facet in FACETS} <= DOCUMENT_FIELDS


def test_every_message_is_in_every_language_with_the_same_values() -> None:
    for key, words in list_messages().items():
        assert len(words) == len(LANGUAGES), key
        assert all(word.strip() for word in words), key
        plural = key.rsplit(".", 1)[-1] in {"zero", "one", "two", "few", "many", "other"}
        if not plural:
            assert len({frozenset(re.findall(r"\{(\w+)\}", word)) for word in words}) == 1, key


def test_every_message_is_used_and_every_used_one_is_there() -> None:
    files = [*WEB.glob("*.py"), *(WEB / "templates").glob("*.html")]
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    written = set(re.findall(r'(?:say|count)\(f?"([\w.]+)"', source))
    known = set(list_messages())
    assert {
        key for key in written if not key.endswith(".") and key not in known and f"{key}.other" not in known
    } == set()
    stems = re.findall(r'["\']([\w.]+\.)(?:["\']\s*~|\{)', source)
    used = set(re.findall(r"""["']([\w.]+)["']""", source))
    for key in known:
        base = key.rsplit(".", 1)[0]
        assert key in used or base in used or any(key.startswith(stem) for stem in stems), key


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fa", ("۱۰ آبان ۱۳۹۶", "۱ نوامبر ۲۰۱۷")),
        ("ar", ("١ نوفمبر ٢٠١٧", "١٠ آبان ١٣٩٦")),
        ("en", ("1 November 2017", "10 Aban 1396")),
    ],
)
def test_days_in_both_calendars(language: str, expected: tuple[str, str]) -> None:
    assert write_both(date(2017, 11, 1), Interface(language)) == expected


def test_a_day_before_the_iranian_calendar() -> None:
    assert write_both(date(1, 1, 2), Interface("en")) == ("2 January 1", "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2017-11-01", date(2017, 11, 1)),
        ("1396-08-10", date(2017, 11, 1)),
        ("۱۳۹۶/۸/۱۰", date(2017, 11, 1)),
        ("٢٠١٧/١١/١", date(2017, 11, 1)),
        (" 2017.11.1 ", date(2017, 11, 1)),
        ("1396-12-31", None),
        ("2017-02-29", None),
        ("0000-01-01", None),
        ("امروز", None),
        ("", None),
        ("2017-11-01' OR 1=1", None),
    ],
)
def test_days_that_readers_type(typed: str, expected: date | None) -> None:
    assert read_day(typed) == expected


@given(st.text(max_size=60))
def test_reading_a_day_is_total(typed: str) -> None:
    found = read_day(typed)
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("fa", 1234, "۱٬۲۳۴ سند"),
        ("ar", 0, "لا وثائق"),
        ("ar", 2, "وثيقتان"),
        ("ar", 3, "٣ وثائق"),
        ("ar", 11, "١١ وثيقة"),
        ("en", 1, "1 document"),
        ("en", 1234, "1,234 documents"),
    ],
)
def test_plural_forms(language: str, number: int, expected: str) -> None:
    assert Interface(language).count("documents", number) == expected


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        ("ar", "en", "ar"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de, ar-EG;q=0.8, en;q=0.5", "ar"),
        ("", "de", "fa"),
        ("", "", "fa"),
        ("xx", "", "fa"),
        ("", "en;q=0, ar;q=0.001", "ar"),
        ("", "en;q=..", "fa"),
        ("", ";;;,,,q=1", "fa"),
    ],
)
def test_the_language_of_a_reader(asked: str, accepted: str, expected: str) -> None:
    assert choose_language(asked, accepted) == expected


@given(st.text(max_size=100), st.text(max_size=200))
def test_choosing_a_language_is_total(asked: str, accepted: str) -> None:
    assert choose_language(asked, accepted) in LANGUAGES


def test_texts_in_sentences_keep_their_direction_to_themselves() -> None:
    assert Interface("en").say("results_for", text="آب") == f"Results for “{isolate('آب')}”"
    assert isolate("x") == "\u2068x\u2069"
