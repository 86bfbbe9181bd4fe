"""Retrieval sets, and what a ranking of one is worth."""

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Json = dict[str, Any]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """A retrieval set: texts by passage id, texts by query id, and the passages that answer each query."""

    name: str
    language: str
    passages: Mapping[str, str]
    queries: Mapping[str, str]
    answers: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Scores:
    """One value a query for each measure, in the order of the corpus's queries."""

    ndcg: Values
    mrr: Values
    recall_10: Values
    recall_100: Values


def read_corpus(folder: Path) -> Corpus:
    """Read a retrieval set; passages without a language in their row are taken for the majority's."""
    passages = list(_read_rows(folder / "passages.jsonl.gz"))
    queries = list(_read_rows(folder / "queries.jsonl.gz"))
    answers: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, passage, *_ = line.split("\t")
        answers.setdefault(query, set()).add(passage)
    return Corpus(
        name=folder.name,
        language=passages[0]["lang"],
        passages={row["id"]: row["text"] for row in passages},
        queries={row["id"]: row["text"] for row in queries if row["id"] in answers},
        answers={query: frozenset(found) for query, found in answers.items()},
    )


def _read_rows(path: Path) -> Iterator[Json]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def score(corpus: Corpus, ranked: Sequence[Sequence[str]]) -> Scores:
    """Compare rankings with the answers; every relevant passage weighs the same."""
    rows = []
    for query, found in zip(corpus.queries, ranked, strict=True):
        relevant = corpus.answers[query]
        gains = [1.0 if passage in relevant else 0.0 for passage in found]
        ideal = sum(1 / math.log2(rank + 2) for rank in range(min(10, len(relevant))))
        ndcg = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains[:10])) / ideal
        mrr = next((1 / (rank + 1) for rank, gain in enumerate(gains[:10]) if gain), 0.0)
        rows.append((ndcg, mrr, sum(gains[:10]) / len(relevant), sum(gains) / len(relevant)))
    return Scores(*np.array(rows).T)


def compare(ours: Values, theirs: Values, seed: int = 5) -> tuple[float, float, float, float]:
    """Return the mean difference, its 95 % bootstrap interval and a paired randomisation p-value."""
    generator = np.random.default_rng(seed)
    difference = ours - theirs
    picks = generator.integers(0, len(difference), (2000, len(difference)))
    low, high = np.percentile(difference[picks].mean(axis=1), [2.5, 97.5])
    signs = generator.choice((-1, 1), (2000, len(difference)))
    chance = np.abs((signs * difference).mean(axis=1)) >= abs(difference.mean()) - 1e-12
    return float(difference.mean()), float(low), float(high), float((chance.sum() + 1) / 2001)


def interval(values: Values, seed: int = 5) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean over queries."""
    picks = np.random.default_rng(seed).integers(0, len(values), (2000, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
