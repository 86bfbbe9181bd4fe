"""Runs of words: what ends one, and that names are one word each."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.phrase_runs import Runs, find_runs


def written(text: str, runs: Runs) -> list[list[str]]:
    return [[text[start:end] for start, end, *_ in runs.words[first:after]] for first, after in runs.bounds]


def test_function_words_verbs_and_signs_end_a_run() -> None:
    text = "وزیر نیرو به تهران رفت، قیمت نفت"
    assert written(text, find_runs(text, "fa", [], 0)) == [["وزیر", "نیرو"], ["تهران"], ["قیمت", "نفت"]]


def test_what_a_letter_joins_begins_a_run() -> None:
    text = "الرئيس والوزير الأول"
    assert written(text, find_runs(text, "ar", [], 0)) == [["الرئيس"], ["والوزير", "الأول"]]


def test_a_name_is_one_word_and_the_last_of_its_run() -> None:
    text = "دیدار علی اکبر صالحی تهران"
    start = text.index("علی")
    runs = find_runs(text, "fa", [(start, start + len("علی اکبر صالحی"))], 0)
    assert written(text, runs) == [["دیدار", "علی اکبر صالحی"], ["تهران"]]
    assert runs.names == {1}
    assert runs.words[1][3] == ("علی", "اکبر", "صالحی")


def test_a_name_may_begin_and_end_inside_a_word() -> None:
    text = "قیمت وایرانی نفت"
    start = text.index("ایران")
    runs = find_runs(text, "fa", [(start, start + len("ایران"))], 0)
    assert written(text, runs) == [["قیمت"], ["ایران"], ["نفت"]]


def test_a_text_without_words_has_no_runs() -> None:
    assert list(find_runs("، ۱۲ !", "fa", [], 0).bounds) == []
    assert list(find_runs("", "ar", [(0, 0)], 0).bounds) == []


@given(st.text(alphabet="ابوالتی .\n،\u200c", max_size=60), st.data())
def test_words_are_in_order_and_every_one_is_in_one_run(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), unique=True, max_size=6)))
    names = list(zip(places[::2], places[1::2], strict=False))
    runs = find_runs(text, data.draw(st.sampled_from(["fa", "ar"])), names, data.draw(st.integers(0, 60)))
    assert [index for first, after in runs.bounds for index in range(first, after)] == list(range(len(runs.words)))
    edges = [edge for start, end, *_ in runs.words for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) and keys for start, end, _, keys, _ in runs.words)
