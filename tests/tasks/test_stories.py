"""Stories on a real Elasticsearch: the same whatever the order, and after a document is gone."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from benchmarks.copies import Text, copy_articles, read_passages, write_articles
from tasks import neighbours
from tasks.cluster import Target, connect
from tasks.enrich.copies import pack_sketch, sign
from tasks.enrich.phrase_words import split_words
from tasks.stories import link, unlink
from tasks.versions import Signed, to_signed
from tests.seeds.sample import FACTS, read_expected

pytestmark = [pytest.mark.search, pytest.mark.slow]

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


@dataclass(frozen=True)
class Page:
    id: str
    body: str
    day: str = "2024-05-01"
    title: str = ""
    language: str = "fa"

    def to_source(self) -> dict[str, Any]:
        text = f"{self.title}\n\n{self.body}"
        return {
            "@timestamp": self.day,
            "document_id": self.id,
            "story_id": self.id,
            "copies": 0,
            "current": True,
            "language": self.language,
            "title": self.title,
            "body": self.body,
            "word_count": len(split_words(text)) // 2,
            "signature": sign(text),
            "sketch": pack_sketch(sign(text)),
        }


def store(target: Target, pages: Iterable[Page]) -> None:
    """Store pages that are not there yet, and link them, as a batch does."""
    pages = list(pages)
    lines = [
        line
        for page in pages
        for line in ({"create": {"_index": target.documents(page.language), "_id": page.id}}, page.to_source())
    ]
    items = connect(target).bulk(operations=lines)["items"]
    assert {item["create"]["status"] for item in items} <= {201, 409}
    link(target, [(page.id, page.language, to_signed(page.id, page.to_source())) for page in pages])


def set_current(target: Target, page_id: str, current: bool, language: str = "fa") -> None:
    client = connect(target)
    client.update(index=target.documents(language), id=page_id, doc={"current": current})
    if current:
        stored = client.get(index=target.documents(language), id=page_id)["_source"]
        link(target, [(page_id, language, to_signed(page_id, stored))])
    else:
        unlink(target, [(page_id, language)])


def read_stories(target: Target) -> dict[str, tuple[str, str | None, int]]:
    """Of each document its story, what it is a copy of, and how many copies it has."""
    client = connect(target)
    client.indices.refresh(index=target.all_documents)
    hits = client.search(index=target.all_documents, size=10_000, source_includes=["story_id", "copy_of", "copies"])
    read = ((hit["_id"], hit["_source"]) for hit in hits["hits"]["hits"])
    return {page_id: (found["story_id"], found.get("copy_of"), found["copies"]) for page_id, found in read}


WORDS = [text.body.split() for text in write_articles("fa", 6, seed=7)]
A, B = (" ".join(words) for words in WORDS[:2])
#: Half of one text and half of another: a version of both.
BRIDGE = f"{' '.join(WORDS[0][:70])} {' '.join(WORDS[1][:70])}"


def test_the_earliest_is_the_original_whichever_came_first(target: Target) -> None:
    store(target, [Page("late", A + " پایان", "2024-05-02")])
    store(target, [Page("early", A + " آغاز", "2024-05-01"), Page("other", B)])
    assert read_stories(target) == {
        "early": ("early", None, 1),
        "late": ("early", "early", 0),
        "other": ("other", None, 0),
    }


def test_of_one_day_the_longer_is_the_original(target: Target) -> None:
    store(target, [Page("a", " ".join(WORDS[0][:80])), Page("b", A)])
    assert read_stories(target) == {"a": ("b", "b", 0), "b": ("b", None, 1)}


def test_the_other_keyboard_is_the_same_text(target: Target) -> None:
    store(target, [Page("fa", A, "2024-05-01"), Page("ar", A.replace("ی", "ي").replace("ک", "ك"), "2024-05-02")])
    assert read_stories(target)["ar"] == ("fa", "fa", 0)


def test_doing_it_again_changes_nothing(target: Target) -> None:
    pages = [Page("one", A), Page("two", A + " پایان", "2024-05-02")]
    store(target, pages)
    before = connect(target).search(index=target.all_documents, version=True)["hits"]["hits"]
    store(target, pages)
    connect(target).indices.refresh(index=target.all_documents)
    assert connect(target).search(index=target.all_documents, version=True)["hits"]["hits"] == before


def test_languages_are_kept_apart(target: Target) -> None:
    store(target, [Page("fa", A), Page("ar", A, language="ar"), Page("ur", A, language="ur")])
    assert {story for story, _, _ in read_stories(target).values()} == {"fa", "ar", "ur"}


def test_a_story_outlives_the_document_that_joined_it(target: Target) -> None:
    store(target, [Page("a", A, "2024-05-01"), Page("b", B, "2024-05-03")])
    assert read_stories(target)["b"] == ("b", None, 0)
    store(target, [Page("bridge", BRIDGE, "2024-05-02")])
    joined = {"a": ("a", None, 2), "bridge": ("a", "a", 0), "b": ("a", "a", 0)}
    assert read_stories(target) == joined
    set_current(target, "bridge", False)
    stories = read_stories(target)
    assert (stories["a"], stories["b"]) == (("a", None, 1), ("a", "a", 0))
    set_current(target, "bridge", True)
    assert read_stories(target) == joined


def test_when_the_original_goes_the_next_takes_its_place_and_the_story_keeps_its_name(target: Target) -> None:
    store(target, [Page(f"v{day}", f"{A} {day}", f"2024-05-0{day}") for day in (1, 2, 3)])
    set_current(target, "v1", False)
    stories = read_stories(target)
    assert (stories["v2"], stories["v3"]) == (("v1", None, 1), ("v1", "v2", 0))
    assert stories["v1"][2] == 0
    set_current(target, "v1", True)
    assert read_stories(target) == {"v1": ("v1", None, 2), "v2": ("v1", "v1", 0), "v3": ("v1", "v1", 0)}


def test_documents_without_words_or_that_are_gone_are_passed_over(target: Target) -> None:
    store(target, [Page("empty", "…")])
    link(
        target,
        [
            ("missing", "fa", Signed(pack_sketch(sign(A)), 9, "missing", sign(A))),
            ("empty", "fa", Signed("", 0, "empty")),
        ],
    )
    unlink(target, [("missing", "fa"), ("empty", "fa")])
    assert read_stories(target) == {"empty": ("empty", None, 0)}


def test_a_story_of_many_documents_and_many_stories_at_once(target: Target) -> None:
    pages = [Page(f"{number:02}-{copy}", f"{' '.join(words)} {copy}", f"2024-05-0{copy}")
             for number, words in enumerate(WORDS) for copy in range(1, 10)]  # fmt: skip
    random.Random(3).shuffle(pages)
    store(target, pages[:20])
    store(target, pages[20:])
    stories = read_stories(target)
    for number in range(len(WORDS)):
        first = f"{number:02}-1"
        assert stories[first] == (first, None, 8)
        assert all(stories[f"{number:02}-{copy}"] == (first, first, 0) for copy in range(2, 10))


def to_pages(texts: Sequence[Text], language: str) -> dict[Page, str]:
    return {
        Page(f"{number:04}", text.body, f"2024-05-{number % 28 + 1:02}", text.title, language): text.story
        for number, text in enumerate(texts)
    }


def written(language: str) -> list[Text]:
    return list(copy_articles(write_articles(language, 15), language))


def taken(language: str) -> list[Text]:
    folder = CORPORA / {"fa": "fa_pquad_val", "ar": "ar_arcd"}[language]
    if not folder.is_dir():
        pytest.skip("the retrieval sets are not beside this checkout")
    return list(copy_articles(read_passages(folder, 25), language))


def crowded(language: str) -> list[Text]:
    """Return texts of a dozen of fifty sentences each: all are near thirty others, and some are copies."""
    choose = random.Random(2)
    sentences = [sentence for text in write_articles(language, 12, seed=9) for sentence in text.body.split(". ")]
    return [Text(str(number), "original", "", ". ".join(choose.sample(sentences[:50], 12))) for number in range(80)]


@pytest.mark.parametrize("language", ["fa", pytest.param("ar", marks=pytest.mark.whole)])
def test_in_a_crowd_the_order_makes_no_difference(target: Target, language: str) -> None:
    first, *others = store_in_orders(target, to_pages(crowded(language), language), language)
    assert others == [first, first]
    sizes = Counter(story for story, _, _ in first.values())
    assert len(sizes) < 60
    assert max(sizes.values()) > 5


def test_in_a_crowd_it_makes_no_difference_how_many_are_asked_about_at_once(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = to_pages(crowded("fa"), "fa")
    (whole, *_) = store_in_orders(target, pages, "fa")
    monkeypatch.setattr(neighbours, "_AT_ONCE", 70)
    assert store_in_orders(target, pages, "fa") == [whole] * 3


def test_of_more_than_one_document_can_be_compared_with_the_nearest_are_read(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(target, [Page(f"{number:02}", f"{B} {number}") for number in range(9)])
    monkeypatch.setattr(neighbours, "_AT_ONCE", 3)
    store(target, [Page("other", A), Page("copy", B, "2024-05-02")])
    stories = read_stories(target)
    assert stories["copy"] == ("00", "00", 0)
    assert stories["other"] == ("other", None, 0)
    assert stories["00"] == ("00", None, 9)


def test_documents_of_a_daftar_without_sketches_are_found(target: Target) -> None:
    source = Page("old", A).to_source()
    del source["sketch"]
    connect(target).create(index=target.documents("fa"), id="old", document=source)
    store(target, [Page("new", A + " پایان", "2024-05-02")])
    assert read_stories(target) == {"old": ("old", None, 1), "new": ("old", "old", 0)}


def store_in_orders(
    target: Target, pages: Iterable[Page], language: str
) -> list[dict[str, tuple[str, str | None, int]]]:
    """Store the pages all at once, by fifty and by seventeen, each time in another order; returns the stories."""
    results = []
    for order in range(3):
        shuffled = list(pages)
        random.Random(order).shuffle(shuffled)
        size = (len(shuffled), 50, 17)[order]
        for start in range(0, len(shuffled), size):
            store(target, shuffled[start : start + size])
        results.append(read_stories(target))
        connect(target).delete_by_query(index=target.documents(language), query={"match_all": {}}, refresh=True)
    return results


@pytest.mark.parametrize("source", [written, pytest.param(taken, marks=pytest.mark.whole)])
@pytest.mark.parametrize("language", ["fa", "ar"])
def test_known_copies_are_found_in_any_order(
    target: Target, source: Callable[[str], list[Text]], language: str
) -> None:
    pages = to_pages(source(language), language)
    results = store_in_orders(target, pages, language)
    assert results[0] == results[1] == results[2]
    precision, recall = measure({page.id: story for page, story in pages.items()}, results[0])
    assert precision >= 0.98
    assert recall >= 0.95


def measure(known: dict[str, str], found: dict[str, tuple[str, str | None, int]]) -> tuple[float, float]:
    """Precision and recall of the pairs of documents that share a story."""

    def pairs(of: dict[str, str]) -> set[tuple[str, str]]:
        groups = defaultdict(list)
        for page_id, story in sorted(of.items()):
            groups[story].append(page_id)
        return {pair for group in groups.values() for pair in combinations(group, 2)}

    true, told = pairs(known), pairs({page_id: story for page_id, (story, _, _) in found.items()})
    return len(true & told) / len(told), len(true & told) / len(true)


def test_the_copies_among_the_sample_pages_are_found(target: Target) -> None:
    pages = []
    for name, facts in FACTS.items():
        title, _, body = read_expected(name).partition("\n\n")
        pages.append(Page(name, body, facts["published"].isoformat(), title, facts["language"]))
    store(target, pages)
    copies = {name: copy_of for name, (_, copy_of, _) in read_stories(target).items()}
    assert copies == {name: facts.get("copy_of") for name, facts in FACTS.items()}
