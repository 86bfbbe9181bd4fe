"""Related coverage on a real Elasticsearch: by shared names, rare ones first, near in time, in both languages."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from daftar.search.related import related
from tasks.cluster import Target, connect
from tasks.detect import detect
from tasks.document import Article
from tasks.enrich.keyphrases import find_keyphrases
from tasks.enrich.names import find_names
from tasks.enrich.published import find_published
from tasks.errors import Misconfigured
from tasks.normalize import normalize
from tests.seeds.sample import FACTS, read_expected

pytestmark = pytest.mark.search


# Where the order follows how rare a name is, an archive of one's own: deleted documents still count.


def write(target: Target, **documents: dict[str, Any]) -> None:
    lines: list[dict[str, Any]] = []
    for document_id, facts in documents.items():
        source = {
            "document_id": document_id,
            "current": True,
            "language": "fa",
            "@timestamp": "2024-05-01",
            "title": "",
            "body": "",
            "file": {"path": f"{document_id}.txt"},
            "story_id": document_id,
            **facts,
        }
        lines += [{"create": {"_index": target.documents(source["language"]), "_id": document_id}}, source]
    assert not connect(target).bulk(operations=lines, refresh=True)["errors"]


def enrich(article: Article, language: str, published: date) -> dict[str, Any]:
    names = find_names(article.text, language)
    return {
        "title": article.title,
        "body": article.body,
        "language": language,
        "@timestamp": published.isoformat(),
        "entity_ids": list(dict.fromkeys(mention.id for mention in names)),
        "entity_mentions": [asdict(mention) for mention in names],
        "keyphrases": find_keyphrases(article.text, language, [mention.offset for mention in names]),
    }


def find(target: Target, document_id: str, size: int = 10) -> list[str]:
    return [found.document_id for found in related(target, document_id, size)]


def test_rare_names_count_more_in_both_languages(own_target: Target) -> None:
    write(
        own_target,
        page={"entity_ids": ["iran", "marivan", "some-minister"]},
        common={"entity_ids": ["iran"]},
        rare={"entity_ids": ["marivan"], "language": "ar"},
        both={"entity_ids": ["iran", "some-minister"], "language": "ar"},
        other={"entity_ids": ["france"]},
        **{f"more{number}": {"entity_ids": ["iran"], "current": False} for number in range(5)},
    )
    assert find(own_target, "page") == ["both", "rare", "common"]


def test_shared_names_are_told(target: Target) -> None:
    write(
        target,
        page={"entity_ids": ["iran", "putin"], "title": "سفر"},
        other={
            "entity_ids": ["putin", "moscow", "iran"],
            "title": "زيارة",
            "language": "ar",
            "published": "2024-05-02",
        },
    )
    (found,) = related(target, "page")
    assert found.to_json() == {
        "document_id": "other",
        "path": "other.txt",
        "language": "ar",
        "title": "زيارة",
        "published": "2024-05-02",
        "score": found.score,
        "shared": ["putin", "iran"],
    }


def test_of_equal_names_the_nearer_in_time_is_first(own_target: Target) -> None:
    days = {"year": "2023-05-01", "week": "2024-05-08", "day": "2024-05-02", "month": "2024-04-01"}
    names = {"entity_ids": ["putin"]}
    write(own_target, page=names, **{name: {**names, "@timestamp": day} for name, day in days.items()})
    assert find(own_target, "page") == ["day", "week", "month", "year"]
    assert find(own_target, "page", size=2) == ["day", "week"]


def test_what_the_page_is_about_counts_most(own_target: Target) -> None:
    mentions = [
        {"id": "putin", "offset": [0, 5]},
        {"id": "syria", "offset": [9, 14]},
        {"id": "turkey", "offset": [20, 25]},
    ]
    write(
        own_target,
        page={"title": "بوتين", "entity_ids": ["putin", "syria", "turkey"], "entity_mentions": mentions * 2},
        beside={"entity_ids": ["syria"]},
        about={"entity_ids": ["putin"], "@timestamp": "2024-05-03"},
        other={"entity_ids": ["turkey", "syria"], "current": False},
        another={"entity_ids": ["turkey", "putin"], "current": False},
    )
    assert find(own_target, "page") == ["about", "beside"]


def test_a_page_with_many_names_shares_two(target: Target) -> None:
    write(
        target,
        page={"entity_ids": ["a", "b", "c", "d"]},
        one={"entity_ids": ["a"]},
        two={"entity_ids": ["a", "b"]},
    )
    assert find(target, "page") == ["two"]


def test_versions_and_copies_are_left_out(target: Target) -> None:
    names = {"entity_ids": ["putin"]}
    write(
        target,
        page=names,
        version={**names, "story_id": "page"},
        other=names,
        copy={**names, "story_id": "other", "copy_of": "other"},
        gone={**names, "current": False},
    )
    assert find(target, "page") == ["other"]
    assert set(find(target, "gone")) == {"page", "version", "other"}


@pytest.mark.parametrize(
    "mention",
    [
        {"text": "پوتین"},
        {"id": None, "offset": [0, 5]},
        {"id": "putin"},
        {"id": "putin", "offset": None},
        {"id": "putin", "offset": ["a", "b"]},
        {"id": "putin", "offset": [3]},
    ],
)
def test_a_mention_of_another_shape_is_passed_over(target: Target, mention: dict[str, Any]) -> None:
    names = {"entity_ids": ["putin"]}
    write(target, page={**names, "title": "پوتین در تهران", "entity_mentions": [mention]}, other=names)
    assert find(target, "page") == ["other"]


def test_without_names_words_are_compared(target: Target) -> None:
    write(
        target,
        page={"title": "طوفان شن در سیستان", "keyphrases": ["گرد و خاک"]},
        near={"title": "طوفان شن", "body": "گرد و خاک سیستان را گرفت."},
        far={"title": "قهرمانی والیبال", "body": "بازی در ساری تمام شد."},
        empty={},
    )
    assert find(target, "page") == ["near"]
    assert find(target, "empty") == []


def test_an_unknown_document_is_refused(target: Target) -> None:
    with pytest.raises(Misconfigured, match="no document"):
        related(target, "missing")


def test_the_pages_of_an_event_are_found_in_the_other_language(own_target: Target) -> None:
    documents = {
        name: {
            **enrich(Article(*read_expected(name).split("\n\n", 1)), facts["language"], facts["published"]),
            "copy_of": facts.get("copy_of"),
            "story_id": facts.get("copy_of") or name,
        }
        for name, facts in FACTS.items()
    }
    write(own_target, **documents)
    for name, facts in FACTS.items():
        story = documents[name]["story_id"]
        same_event = {
            other
            for other, of in FACTS.items()
            if of["event"] == facts["event"] and documents[other]["story_id"] != story and "copy_of" not in of
        }
        assert set(find(own_target, name, size=len(same_event) or 1)[: len(same_event)]) == same_event, name


def test_of_the_real_pages_each_leads_to_the_others(own_target: Target, real_seeds: Path) -> None:
    documents = {
        name: enrich(Article(*read_expected(name).split("\n\n", 1)), facts["language"], facts["published"])
        for name, facts in FACTS.items()
    }
    visits = sorted(path.name for path in real_seeds.glob("*.txt"))
    for name in visits:
        text = (real_seeds / name).read_text(encoding="utf-8")
        language = detect(text).code
        published = find_published(text, language, date(2022, 7, 19)).date
        documents[name] = enrich(normalize(text, language), language, published)
    write(own_target, **documents)
    assert len(visits) == 5
    for name in visits:
        assert set(find(own_target, name, size=4)) == set(visits) - {name}
