"""Signatures and the comparison of texts: what counts as a version of a text, and what does not."""

import unicodedata
from base64 import b64decode
from itertools import combinations
from pathlib import Path
from zlib import crc32

import pytest
from datasketch import MinHash
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.copies import CHANGES, copy_articles, write_articles
from tasks.document import Article, File, Language, Page
from tasks.enrich import enrich
from tasks.enrich.copies import (
    BANDS,
    LEAST_EXPECTED,
    Wording,
    are_copies,
    count_shared,
    count_words_in_order,
    expect_overlap,
    find_likely,
    measure_overlap,
    pack_sketch,
    read_sketch,
    read_wording,
    sign,
    sign_words,
    unpack_sketches,
)
from tests.seeds.sample import FACTS, read_expected

TEXT = "وزیر نیرو صبح دوشنبه در کرمان از کاهش بارش‌ها خبر داد و گفت سدها تا پایان پاییز پر نمی‌شوند"


def wording(text: str) -> Wording:
    return read_wording(text)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("ی", "ي").replace("ک", "ك"),
        TEXT.replace("\u200c", ""),
        TEXT.replace(" ", "\n\n") + " …",
        "«" + TEXT.replace(" و ", "، وَ ") + "»",
    ],
)
def test_spelling_and_punctuation_do_not_change_the_signature(other: str) -> None:
    assert sign(other) == sign(TEXT)


def test_a_signature_is_the_same_in_every_version_of_the_pipeline() -> None:
    assert len(sign(TEXT)) == BANDS
    assert len(set(sign(TEXT))) == BANDS
    assert (sign("یک دو سه")[0], sign("یک دو سه")[-1]) == ("ADoeqmx9ZhvB", "P3N1tjF/oUoz")


@given(st.text(alphabet="اوبکجلسه+ .،\n\u0651\u0640", max_size=60))
@example("نشست أوبك+ در وین")
def test_the_signature_of_an_article_is_that_of_its_text(text: str) -> None:
    article = Article("", unicodedata.normalize("NFC", text))
    page = Page(File("a.txt", 1, 0), "", "", "utf-8", article.text)
    assert enrich(page, Language("fa", 1.0), article).signature == sign(article.text)


def test_a_sketch_is_both_halves_of_each_value_that_a_signature_holds() -> None:
    signature = sign("یک دو سه")
    # The number of the band and its two values.
    assert b64decode(signature[0]) == bytes.fromhex("00 3a1eaa6c 7d661bc1")
    sketch = read_sketch(signature)
    # 3a1e with aa6c, and 7d66 with 1bc1.
    assert sketch[0].tobytes() == bytes.fromhex("9072 66a7")
    assert sketch.shape == (BANDS, 2)


def test_packed_sketches_can_be_read_again() -> None:
    signatures = [sign(article.body) for article in write_articles("fa", 3, seed=3)]
    packed = [pack_sketch(signature) for signature in signatures]
    assert {len(one) for one in packed} == {344}
    assert unpack_sketches(packed).tolist() == [read_sketch(signature).tolist() for signature in signatures]
    assert pack_sketch(sign("…")) == ""
    assert unpack_sketches([]).shape == (0, BANDS, 2)


@given(
    st.lists(
        st.lists(st.sampled_from(["یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"]), min_size=1), min_size=1
    )
)
# The last 16 bits of all their values are the same.
@example([["یک", "نه", "چهار"], ["سه", "سه", "نه"]])
def test_likely_copies_are_those_that_share_a_band_and_are_expected_to_overlap(texts: list[list[str]]) -> None:
    signatures = [sign(" ".join(words)) for words in texts]
    sketches = unpack_sketches(list(map(pack_sketch, signatures)))
    lengths = list(map(len, texts))
    expected = {
        place: share
        for place, signature in enumerate(signatures)
        if set(signature) & set(signatures[0])
        and (share := expect_overlap(count_shared(sketches[0], sketches[place]), lengths[0], lengths[place]))
        >= LEAST_EXPECTED
    }
    assert find_likely(sketches[0], lengths[0], sketches, lengths) == expected


def test_texts_share_as_many_values_as_they_have_in_common() -> None:
    words = [article.body.split() for article in write_articles("fa", 2, seed=3)]
    one, other = (read_sketch(sign(" ".join(text))) for text in words)
    half = read_sketch(sign(" ".join(words[0][: len(words[0]) // 2])))
    assert count_shared(one, one) == 2 * BANDS
    assert count_shared(one, half) == count_shared(half, one)
    assert count_shared(one, other) < count_shared(one, half) < 2 * BANDS


def test_signatures_and_lengths_tell_what_to_expect() -> None:
    whole, other = (article.body for article in write_articles("fa", 2, seed=3))
    words = whole.split()
    for part in (len(words), len(words) // 2, len(words) // 3):
        cut = " ".join(words[:part])
        shared = count_shared(read_sketch(sign(whole)), read_sketch(sign(cut)))
        assert expect_overlap(shared, len(words), part) == pytest.approx(1, abs=0.25)
        assert expect_overlap(shared, part, len(words)) == expect_overlap(shared, len(words), part)
    shared = count_shared(read_sketch(sign(whole)), read_sketch(sign(other)))
    assert expect_overlap(shared, len(words), len(other.split())) < LEAST_EXPECTED
    assert expect_overlap(0, 0, 0) == 0


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_copies_look_like_copies_by_their_signatures(language: str) -> None:
    versions = [
        (text.story, f"{text.title}\n\n{text.body}") for text in copy_articles(write_articles(language, 20), language)
    ]
    read = [(story, wording(text), read_sketch(sign(text))) for story, text in versions]
    copies = [
        expect_overlap(count_shared(sketch, other_sketch), len(one.words), len(other.words))
        for (story, one, sketch), (other_story, other, other_sketch) in combinations(read, 2)
        if story == other_story and are_copies(one, other)
    ]
    assert len(copies) > 400
    assert sum(share >= LEAST_EXPECTED for share in copies) / len(copies) > 0.98


@pytest.mark.parametrize("text", ["", " \n", "…", "\u200c\u064b"])
def test_without_words_there_is_no_signature(text: str) -> None:
    assert sign(text) == ()
    assert measure_overlap(wording(text), wording(text)) == 0
    assert not are_copies(wording(text), wording(TEXT))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0),
        ("یک دو سه", "یک سه", 2),
        ("یک دو سه", "سه دو یک", 1),
        ("یک یک دو", "یک دو دو", 2),
        ("یک دو سه چهار پنج", "شش دو هفت چهار یک", 2),
    ],
)
def test_words_in_order_are_counted(one: str, other: str, expected: int) -> None:
    assert count_words_in_order(tuple(one.split()), tuple(other.split())) == expected


@given(st.lists(st.sampled_from("ابپت"), max_size=12), st.lists(st.sampled_from("ابپت"), max_size=12))
def test_words_in_order_are_counted_as_the_definition_says(one: list[str], other: list[str]) -> None:
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row, word in enumerate(one):
        for column, against in enumerate(other):
            longer = max(table[row][column + 1], table[row + 1][column])
            table[row + 1][column + 1] = table[row][column] + 1 if word == against else longer
    assert count_words_in_order(tuple(one), tuple(other)) == table[-1][-1]


@given(st.text(), st.text())
def test_any_texts_are_compared_alike_in_both_directions(one: str, other: str) -> None:
    overlap = measure_overlap(wording(one), wording(other))
    assert 0 <= overlap <= 1
    assert overlap == measure_overlap(wording(other), wording(one))
    assert are_copies(wording(one), wording(other)) == are_copies(wording(other), wording(one))
    assert len(sign(one)) in (0, BANDS)


def test_a_text_is_no_copy_of_a_digest_many_times_its_length() -> None:
    articles = [article.body for article in write_articles("fa", 8)]
    short = wording(" ".join(articles[0].split()[:60]))
    assert are_copies(short, wording(articles[0]))
    assert measure_overlap(short, wording("\n".join(articles))) == 1
    assert not are_copies(short, wording("\n".join(articles)))


def test_moved_paragraphs_are_the_same_text() -> None:
    words = write_articles("ar", 1)[0].body.split()
    half = len(words) // 2
    moved = " ".join(words[half:] + words[:half])
    assert are_copies(wording(" ".join(words)), wording(moved))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("language", ["fa", "ar"])
def test_known_copies_are_recognised_and_share_a_band(language: str, change: str) -> None:
    articles = write_articles(language, 40, seed=5)
    texts = [text for text in copy_articles(articles, language) if text.change in ("original", change)]
    versions = [(text.story, f"{text.title}\n\n{text.body}") for text in texts]
    told = right = 0
    read = [(story, wording(text), set(sign(text))) for story, text in versions]
    for (story, one, bands), (other_story, other, other_bands) in combinations(read, 2):
        if bands & other_bands and are_copies(one, other):
            told += 1
            right += story == other_story
    assert right == told
    assert right / len(articles) >= 0.95


def test_the_sample_pages_are_copies_where_the_reader_says_so() -> None:
    read = {name: wording(read_expected(name)) for name in FACTS}
    copies = {frozenset(pair) for pair in combinations(read, 2) if are_copies(read[pair[0]], read[pair[1]])}
    assert copies == {frozenset((name, facts["copy_of"])) for name, facts in FACTS.items() if "copy_of" in facts}


def test_other_coverage_of_one_event_is_no_copy(real_seeds: Path) -> None:
    read = [wording(path.read_text(encoding="utf-8")) for path in sorted(real_seeds.glob("*.txt"))]
    assert len(read) == 5
    assert max(measure_overlap(one, other) for one, other in combinations(read, 2)) < 0.3


@given(st.lists(st.text("ابپتک گچ", min_size=1).filter(str.strip), min_size=1, max_size=40))
def test_a_signature_holds_the_values_that_datasketch_finds(words: list[str]) -> None:
    split = [part for word in words for part in word.split()]
    size = min(3, len(split))
    runs = [" ".join(split[start : start + size]) for start in range(len(split) - size + 1)]
    other = MinHash(num_perm=128, seed=1, hashfunc=crc32, scheme="affine32")
    other.update_batch(run.encode() for run in runs)
    found = [int.from_bytes(b64decode(band)[at : at + 4]) for band in sign_words(split) for at in (1, 5)]
    assert found == other.hashvalues.tolist()
