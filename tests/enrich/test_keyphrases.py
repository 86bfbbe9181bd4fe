"""Keyphrases: as written, no more than asked for, and of those marked by hand a fair share."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.keyphrases import is_near, read_key
from tasks.enrich.keyphrases import find_keyphrases
from tasks.enrich.names import find_names
from tasks.enrich.phrase_words import split_words
from tests.seeds.sample import read_expected

MARKED: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "keyphrases.toml").read_text(encoding="utf-8"))


def language_of(name: str) -> str:
    return name.rpartition("/")[2][:2]


def test_phrases_stand_between_function_words_and_verbs() -> None:
    text = "توافق هسته‌ای نهایی شد\n\nتوافق هسته‌ای در وین امضا شد و لغو تحریم‌ها آغاز می‌شود."
    assert find_keyphrases(text, "fa") == ("توافق هسته‌ای", "لغو تحریم‌ها", "وین")


def test_arabic_sentences_begin_with_a_verb_and_phrases_do_not() -> None:
    text = "مسبار الأمل يدخل مدار المريخ\n\nيدور مسبار الأمل حول المريخ. وينتظر الناس من بيانات الغلاف الجوي."
    assert find_keyphrases(text, "ar", size=3) == ("مسبار الأمل", "مدار المريخ", "بيانات الغلاف الجوي")


def test_a_name_is_one_word_of_a_phrase_and_ends_it() -> None:
    text = "نشست تازه\n\nسخنرانی علی اکبر صالحی درباره غنی‌سازی"
    start = text.index("علی")
    phrases = find_keyphrases(text, "fa", [(start, start + len("علی اکبر صالحی"))])
    assert "علی اکبر صالحی" in phrases
    assert not any(phrase.startswith(("اکبر", "صالحی")) for phrase in phrases)


@pytest.mark.parametrize("language", ["en", "ur", "und", ""])
def test_other_languages_have_none(language: str) -> None:
    assert find_keyphrases("Tehran agreement", language) == ()


@pytest.mark.parametrize("name", MARKED)
def test_marked_phrases_are_those_of_the_page(name: str) -> None:
    page = "".join(read_key(read_expected(name)))
    assert [phrase for phrase in MARKED[name] if "".join(read_key(phrase)) not in page] == []


@pytest.mark.parametrize(("language", "least"), [("fa", 0.6), ("ar", 0.6)])
def test_most_phrases_of_the_sample_pages_are_marked(language: str, least: float) -> None:
    right = told = 0
    for name, marked in MARKED.items():
        if language_of(name) == language:
            text = read_expected(name)
            names = [mention.offset for mention in find_names(text, language)]
            for phrase in find_keyphrases(text, language, names):
                told += 1
                right += any(is_near(phrase, other) for other in marked)
    assert right / told >= least


@given(st.text(), st.sampled_from(["fa", "ar"]), st.integers(0, 12))
def test_any_text_has_phrases_as_written(text: str, language: str, size: int) -> None:
    phrases = find_keyphrases(text, language, size=size)
    assert len(phrases) == len(set(phrases)) <= size
    assert all(phrase and phrase in text for phrase in phrases)


@given(st.text(alphabet="ابوالتی .\n", max_size=60), st.data())
def test_any_names_are_taken(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=6)))
    names = list(zip(places[::2], places[1::2], strict=False))
    assert all(phrase and phrase in text for phrase in find_keyphrases(text, "ar", names))


@given(st.text(alphabet="ابوالتی .\n\u200c\u064b", max_size=80), st.sampled_from(["fa", "ar"]))
def test_words_that_were_parted_before_change_nothing(text: str, language: str) -> None:
    assert find_keyphrases(text, language, pieces=split_words(text)) == find_keyphrases(text, language)


def test_a_text_of_very_many_words_is_read_to_where_it_is_cut() -> None:
    text = "ا " * 5_996 + "باغ سبز"
    assert find_keyphrases(text, "fa") == ("باغ سبز",)
    assert find_keyphrases(text + " کوه", "fa", pieces=split_words(text + " کوه")) == ("باغ سبز",)
