"""A finished document has the fields of the index, and times that every index takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import DOCUMENT_FIELDS
from tasks.document import Article, File, Language, Page
from tasks.enrich import enrich
from tasks.file_source import to_file_source, to_time
from tasks.source import to_source

FILE = File("اخبار/۱۴۰۲/خبر.txt", 42, 1_700_000_000_123_456_789)


def test_file_source() -> None:
    assert to_file_source(FILE, "ab12", "utf-8") == {
        "path": "اخبار/۱۴۰۲/خبر.txt",
        "name": "خبر.txt",
        "directory": "اخبار/۱۴۰۲",
        "size": 42,
        "mtime": "2023-11-14T22:13:20.123+00:00",
        "hash": {"sha256": "ab12"},
        "encoding": "utf-8",
    }


def test_file_at_the_root_has_an_empty_directory() -> None:
    source = to_file_source(File("خبر.txt", 1, 1), "", "")
    assert (source["directory"], source["name"]) == ("", "خبر.txt")


@pytest.mark.parametrize(
    ("nanoseconds", "time"),
    [
        (0, "1970-01-01T00:00:00.000+00:00"),
        (-1, "1969-12-31T23:59:59.999+00:00"),
        (-(10**20), "0001-01-02T00:00:00.000+00:00"),
        (10**20, "5138-11-16T09:46:40.000+00:00"),
        (10**25, "9999-12-30T00:00:00.000+00:00"),
    ],
)
def test_time(nanoseconds: int, time: str) -> None:
    assert to_time(nanoseconds) == time


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_file_time_can_be_written(nanoseconds: int) -> None:
    assert len(to_time(nanoseconds)) == 29


def test_document_has_the_fields_of_the_index() -> None:
    page = Page(FILE, "ab12", "0" * 32, "windows-1256", "خبر\nمتن", ("decoded twice",))
    article = Article("خبر", "متن", "تبلیغات", ("joined letters",))
    language = Language("fa", 0.98765, (("fa", 0.9), ("ar", 0.1)))
    source = to_source(page, language, article, enrich(page, language, article), "run", 7)
    assert {name for name in source if not isinstance(source[name], dict)} <= set(DOCUMENT_FIELDS)
    assert {f"file.{name}" for name in source["file"] if name != "hash"} <= set(DOCUMENT_FIELDS)
    assert (source["language"], source["language_confidence"], source["languages"]) == ("fa", 0.9877, ["fa", "ar"])
    assert (source["current"], source["version"], source["pipeline_version"]) == (True, 1, 7)
    assert source["repairs"] == ["decoded twice", "joined letters"]
    assert source["restored"] is None
    assert source["paths"] == ["اخبار/۱۴۰۲/خبر.txt"]
    assert source["removed_text"] == "تبلیغات"
    assert (source["story_id"], source["copies"]) == ("0" * 32, 0)
    assert len(source["signature"]) == 64


def test_language_without_shares_is_its_own_only_one() -> None:
    page = Page(FILE, "ab12", "0" * 32, "utf-8", "متن")
    language, article = Language("und", 0.0), Article("", "متن")
    source = to_source(page, language, article, enrich(page, language, article), "run", 1)
    assert source["languages"] == ["und"]
    assert source["removed_text"] is None


def test_words_that_lost_their_half_spaces_are_restored_for_search_alone() -> None:
    text = "وزیر نمیداند که تحریمهای تازه چه می\u200cکند"
    page = Page(FILE, "ab12", "0" * 32, "utf-8", text)
    language, article = Language("fa", 1.0), Article("", text)
    source = to_source(page, language, article, enrich(page, language, article), "run", 1)
    assert source["body"] == text
    assert source["restored"] == "نمی\u200cداند تحریم\u200cهای"
    assert source["repairs"] == ["half-spaces"]
