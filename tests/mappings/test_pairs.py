"""Spellings that must find each other on the base field, and words that must not."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from daftar.search.query import build_query

pytestmark = pytest.mark.search
DATA = Path(__file__).parent / "data"

Ask = Callable[[str], dict[str, Any]]


def ask_body(query: str, field: str = "body") -> dict[str, Any]:
    return {"match": {field: {"query": query, "operator": "and"}}}


def read_pairs(name: str) -> list[tuple[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(row[0], row[1]) for row in rows]


def find_pairs(archive: Any, language: str, ask: Ask, pairs: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The ordered pairs (query, document) that match, every word of the query asked for."""
    texts = sorted({text for pair in pairs for text in pair})
    archive.fill(language, texts)
    ordered = [*pairs, *((right, left) for left, right in pairs)]
    requests = [
        {
            "size": 0,
            "track_total_hits": True,
            "query": {
                "bool": {
                    "must": ask(query),
                    "filter": {"ids": {"values": [str(texts.index(document))]}},
                }
            },
        }
        for query, document in ordered
    ]
    answers = archive.ask(language, requests)
    return {pair for pair, answer in zip(ordered, answers, strict=True) if answer["hits"]["total"]["value"]}


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_spellings_find_each_other_both_ways(archive: Any, language: str) -> None:
    pairs = read_pairs(f"pairs-{language}-match.tsv")
    assert len(set(pairs)) == len(pairs) >= 150
    found = find_pairs(archive, language, ask_body, pairs)
    missed = [pair for pair in pairs if pair not in found or pair[::-1] not in found]
    assert len(missed) <= 0.05 * len(pairs), missed


@pytest.mark.parametrize("ask", [ask_body, build_query], ids=["base field", "search"])
@pytest.mark.parametrize("language", ["fa", "ar"])
def test_different_words_stay_apart(archive: Any, language: str, ask: Ask) -> None:
    pairs = read_pairs(f"pairs-{language}-differ.tsv")
    assert len(set(pairs)) == len(pairs) >= 80
    found = find_pairs(archive, language, ask, pairs)
    joined = [pair for pair in pairs if pair in found or pair[::-1] in found]
    assert len(joined) < 0.03 * len(pairs), joined


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_exact_field_keeps_spellings_apart(archive: Any, language: str) -> None:
    pairs = {"fa": [("رئیس", "رییس"), ("گفت‌وگو", "گفتوگو")], "ar": [("أحمد", "احمد"), ("مدرسة", "مدرسه")]}
    assert find_pairs(archive, language, partial(ask_body, field="body.exact"), pairs[language]) == set()
