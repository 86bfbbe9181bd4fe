"""Word lists and their directives, and what the chains make of single words."""

import re
from collections.abc import Callable

import pytest

from mappings.chains import join_lists, load_alternatives, load_analysis, load_joins, load_rules, load_words

Analyze = Callable[[str, str, str], list[str]]


def test_words_are_folded_and_unique() -> None:
    words = load_words("ar/stop_words.txt")
    assert "الی" in words
    assert len(words) == len(set(words)) < 80


def test_rules_lead_to_the_kept_spelling() -> None:
    assert "هییت => هیات" in load_rules("fa/spellings.tsv")


def test_alternatives_match_whole_words_and_open_ones() -> None:
    pattern = re.compile(load_alternatives("ar/beginnings.txt"))
    assert pattern.fullmatch("وکاله")
    assert pattern.match("وزیره")
    assert not pattern.match("واعلنت")


def test_joins_are_a_pattern_of_bounded_length() -> None:
    pattern = load_joins("fa/compounds.txt")
    assert "\0" not in pattern
    assert pattern.count("(?<=") == 1


def test_a_folding_takes_the_tables_named_after_it() -> None:
    rules = load_analysis("ar")["char_filter"]["fold_tanwin"]["mappings"]
    assert {"\\u067E => \\u0628", "\\u0627\\u064B => \\u0627\\u08A0", "\\u200C => "} <= set(rules)


def test_lists_of_rows_become_lines_and_other_lists_stay() -> None:
    readings = {"type": "multiplexer", "filters": ["lowercase", "lowercase,stop"]}
    analysis = {
        "char_filter": {"digits": {"type": "mapping", "mappings": ["\\u06F1 => 1", "\\u06F2 => 2"]}},
        "filter": {"stop": {"type": "stop", "stopwords": ["به", "از"]}, "readings": readings},
    }
    assert join_lists(analysis) == {
        "char_filter": {"digits": {"type": "mapping", "mappings": "\\u06F1 => 1,\\u06F2 => 2"}},
        "filter": {"stop": {"type": "stop", "stopwords": "به,از"}, "readings": readings},
    }


def test_a_row_with_a_comma_is_refused() -> None:
    with pytest.raises(ValueError, match="rules has a comma"):
        join_lists({"filter": {"spellings": {"type": "stemmer_override", "rules": ["هییت, هیئت => هیات"]}}})


@pytest.mark.parametrize("language", ["fa", "ar", "other"])
def test_no_directive_is_left(language: str) -> None:
    written = str(load_analysis(language))
    assert "'@" not in written
    assert ".txt" not in written


@pytest.mark.search
@pytest.mark.parametrize(
    ("language", "analyzer", "text", "tokens"),
    [
        ("fa", "precise", "می‌کند", ["میکند"]),
        ("fa", "precise", "رئیس جمهور", ["رییسجمهور"]),
        ("fa", "precise", "گفت و گو", ["گفتوگو"]),
        ("fa", "precise", "آتش بس", ["اتشبس"]),
        ("fa", "precise", "آتش بسیار", ["اتش", "بسیار"]),
        ("fa", "precise", "محکم بود", ["محکم", "بود"]),
        ("fa", "precise", "۲۵ می در تهران", ["25", "می", "در", "تهران"]),
        ("fa", "stem", "مسئولان", ["مسول"]),
        ("fa", "stem", "تهرانی", ["تهران"]),
        ("fa", "stem", "نمایندگان", ["نماینده"]),
        ("fa", "exact", "رئیس‌جمهور ۱۲", ["رئیس‌جمهور", "12"]),
        ("ar", "precise", "وبالاتفاق", ["وبالاتفاق", "اتفاق"]),
        ("ar", "precise", "وزير", ["وزیر"]),
        ("ar", "precise", "هجومًا", ["هجوما", "هجوم"]),
        ("ar", "exact", "إلى مُدرسة", ["إلى", "مدرسة"]),
        ("fa", "bigram_search", "سازمان ملل متحد", ["سازمانملل", "مللمتحد"]),
        ("ar", "skeleton", "بوتين", ["بتن", "بفتن"]),
        ("fa", "skeleton", "پوتین", ["بتن", "بفتن"]),
        ("other", "precise", "Putin تهران", ["putin", "تهران"]),
    ],
)
def test_tokens(analyze: Analyze, language: str, analyzer: str, text: str, tokens: list[str]) -> None:
    assert analyze(language, analyzer, text) == tokens


@pytest.mark.search
@pytest.mark.parametrize("language", ["fa", "ar", "other"])
@pytest.mark.parametrize(
    ("query", "document"), [("ایران", "إيران"), ("کتاب", "كتاب"), ("علی", "علي"), ("1396", "۱۳۹۶"), ("سوریه", "سورية")]
)
def test_both_keyboards_meet_in_every_index(analyze: Analyze, language: str, query: str, document: str) -> None:
    assert set(analyze(language, "precise_search", query)) & set(analyze(language, "precise", document))


@pytest.mark.search
@pytest.mark.parametrize("language", ["fa", "ar", "other"])
@pytest.mark.parametrize("text", ["می‌گوید", "والبرلمان", "گفت‌وگوهای هسته‌ای", "للاتفاق", "رئیس‌جمهور", "چند", "متى"])
def test_words_as_written_are_found_in_every_index(analyze: Analyze, language: str, text: str) -> None:
    assert analyze(language, "exact", text)
    assert set(analyze(language, "exact", text)) == set(analyze(language, "exact", f"در {text} و")) - {"در", "و"}
