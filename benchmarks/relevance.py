"""How well daftar finds: nDCG@10, MRR@10, recall@10 and @100 on retrieval sets, clean and under typing noise.

    python -m benchmarks.relevance [SET ...] [--url URL] [--noise] [--queries N] [--json FILE]

A set is a folder with `passages.jsonl.gz` (id, lang, text), `queries.jsonl.gz` (id, lang, text) and
`qrels.tsv` (query, passage); without one, all sets in `../shared/corpora` beside the checkout are taken. All
sets go through the steps of an ingest and are indexed together, as daftar holds them. Compared are daftar's own
query, an unfielded `query_string` and `multi_match` (what Kibana's search bar sends), and one field under the
`standard`, `persian` and `arabic` analyzers. A difference to the best stock analyzer comes with the 95 %
interval of a paired bootstrap over the queries and the p-value of a paired randomisation test.
"""

import argparse
import json
import random
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.finishing import finish_texts
from benchmarks.noise import NOISE, Noise
from benchmarks.retrieval import Corpus, Scores, Values, compare, interval, read_corpus, score
from daftar.search.query import build_query
from mappings import LANGUAGES, document_template

STOCK: Final = ("standard", "persian", "arabic")
DEPTH: Final = 100
CORPORA: Final = Path(__file__).resolve().parents[2] / "shared" / "corpora"
BATCH: Final = 250

Json = dict[str, Any]
Ask = Callable[[str], Json]


class Node:
    """An Elasticsearch in which a benchmark keeps its own indices and removes them at the end."""

    def __init__(self, url: str) -> None:
        self.prefix = f"relevance-{uuid.uuid4().hex[:8]}"
        self._client = httpx.Client(base_url=url, timeout=120)

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """Send one request; raises httpx.HTTPStatusError with the server's answer on stderr."""
        response = self._client.request(method, path, json=body)
        if response.is_error:
            print(response.text[:2000], file=sys.stderr)
        response.raise_for_status()
        answer: Json = response.json()
        return answer

    def fill(self, index: str, documents: Iterable[tuple[str, Json]]) -> None:
        """Index documents by id and make them searchable."""
        lines = [
            json.dumps(part, ensure_ascii=False)
            for identity, source in documents
            for part in ({"index": {"_index": index, "_id": identity}}, source)
        ]
        headers = {"Content-Type": "application/x-ndjson"}
        response = self._client.post("/_bulk?refresh=true", content="\n".join([*lines, ""]).encode(), headers=headers)
        response.raise_for_status()
        if response.json()["errors"]:
            raise RuntimeError(response.text[:2000])

    def rank(self, index: str, queries: Sequence[Json]) -> list[list[str]]:
        """Return the ids found by each query, best first, ties in index order."""
        ranked: list[list[str]] = []
        for start in range(0, len(queries), BATCH):
            lines: list[str] = []
            for query in queries[start : start + BATCH]:
                lines += ["{}", json.dumps({"query": query, "size": DEPTH, "_source": False})]
            headers = {"Content-Type": "application/x-ndjson"}
            response = self._client.post(
                f"/{index}/_msearch", content="\n".join([*lines, ""]).encode(), headers=headers
            )
            response.raise_for_status()
            for answer in response.json()["responses"]:
                if "error" in answer:
                    raise RuntimeError(json.dumps(answer["error"])[:2000])
                ranked.append([hit["_id"] for hit in answer["hits"]["hits"]])
        return ranked

    def close(self) -> None:
        """Remove what the benchmark made."""
        self._client.delete(f"/{self.prefix}-*?expand_wildcards=all")
        for language in LANGUAGES:
            self._client.delete(f"/_index_template/{self.prefix}-{language}")


def index_daftar(node: Node, corpora: Iterable[Corpus], change: Noise | None = None) -> str:
    """Take the passages of all corpora through the steps and index them; return the pattern that searches them."""
    name = uuid.uuid4().hex[:6]
    for language in LANGUAGES:
        prefix = f"{node.prefix}-{name}"
        node.call("PUT", f"/_index_template/{node.prefix}-{language}", document_template(prefix, language))
        node.call("PUT", f"/{prefix}-documents-{language}-1")
    found: dict[str, list[tuple[str, Json]]] = {language: [] for language in LANGUAGES}
    for corpus in corpora:
        texts = [change(text) if change else text for text in corpus.passages.values()]
        for key, source in zip(corpus.passages, finish_texts(texts), strict=True):
            found[source["language"] if source["language"] in found else "other"].append((key, source))
    for language, documents in found.items():
        if documents:
            node.fill(f"{node.prefix}-{name}-documents-{language}-1", documents)
    return f"{node.prefix}-{name}-documents-*"


def spoil(node: Node, clean: str, corpora: Iterable[Corpus], corpus: Corpus, change: Noise) -> str:
    """Index the passages of one language changed by a noise; return what searches them beside the others, clean."""
    same = [other for other in corpora if other.language == corpus.language]
    return f"{clean},-{clean.removesuffix('*')}{corpus.language}-1,{index_daftar(node, same, change)}"


def index_stock(node: Node, corpus: Corpus, change: Noise | None = None) -> str:
    """Index the passages of one corpus with a field for each stock analyzer."""
    index = f"{node.prefix}-stock-{uuid.uuid4().hex[:6]}"
    properties = {name: {"type": "text", "analyzer": name} for name in STOCK}
    settings = {"number_of_shards": 1, "number_of_replicas": 0}
    node.call("PUT", f"/{index}", {"settings": settings, "mappings": {"properties": properties}})
    texts = ((key, change(text) if change else text) for key, text in corpus.passages.items())
    node.fill(index, ((key, dict.fromkeys(STOCK, text)) for key, text in texts))
    return index


def ask_query_string(text: str) -> Json:
    """What Kibana sends for Lucene syntax, with the characters of that syntax taken out."""
    return {"query_string": {"query": _plain(text), "analyze_wildcard": True}}


def ask_multi_match(text: str) -> Json:
    """What Kibana sends for a KQL text without a field."""
    return {"multi_match": {"type": "best_fields", "query": text, "lenient": True}}


def _plain(text: str) -> str:
    return "".join(" " if character in r'+-=&|><!(){}[]^"~*?:\/' else character for character in text)


def measure(node: Node, corpus: Corpus, indices: tuple[str, str], change: Noise | None = None) -> dict[str, Scores]:
    """Return the scores of every system on one corpus, its queries changed by a noise."""
    daftar, stock = indices
    texts = [change(text) if change else text for text in corpus.queries.values()]
    asks: dict[str, tuple[str, Ask]] = {
        "daftar": (daftar, build_query),
        "Kibana, Lucene": (daftar, ask_query_string),
        "Kibana, KQL": (daftar, ask_multi_match),
        **{name: (stock, _ask_field(name)) for name in STOCK},
    }
    return {name: score(corpus, node.rank(index, [ask(text) for text in texts])) for name, (index, ask) in asks.items()}


def _ask_field(name: str) -> Ask:
    return lambda text: {"match": {name: text}}


def draw_queries(corpus: Corpus, number: int) -> Corpus:
    """Keep `number` queries of a corpus, drawn at random but always the same."""
    kept = sorted(random.Random(number).sample(list(corpus.queries), min(number, len(corpus.queries))))
    return replace(corpus, queries={key: corpus.queries[key] for key in kept})


def run(node: Node, corpora: Sequence[Corpus], noisy: bool) -> Json:
    """Measure everything; returns, for each corpus, scores by condition (`clean`, then the noises) and system."""
    clean = index_daftar(node, corpora)
    stocks = {corpus.name: index_stock(node, corpus) for corpus in corpora}
    results: dict[str, dict[str, dict[str, Scores]]] = {}
    for corpus in corpora:
        indices = clean, stocks[corpus.name]
        found = results[corpus.name] = {"clean": measure(node, corpus, indices)}
        for name, change in NOISE[corpus.language].items() if noisy else ():
            found[f"queries: {name}"] = measure(node, corpus, indices, change)
            spoilt = spoil(node, clean, corpora, corpus, change), index_stock(node, corpus, change)
            found[f"passages: {name}"] = measure(node, corpus, spoilt)
    return results


def print_results(results: Mapping[str, Mapping[str, Mapping[str, Scores]]]) -> None:
    """Print one table of the clean measures and one of nDCG@10 under noise for each corpus, in Markdown."""
    for corpus, conditions in results.items():
        clean = conditions["clean"]
        best = max(STOCK, key=lambda name: clean[name].ndcg.mean())
        print(f"\n### {corpus}: {len(clean[best].ndcg)} queries, best stock analyzer {best}\n")
        print("| system | nDCG@10 | 95 % | MRR@10 | recall@10 | recall@100 | to best stock, 95 % | p |")
        print("|---|---|---|---|---|---|---|---|")
        for name, scores in clean.items():
            low, high = interval(scores.ndcg)
            means = " | ".join(f"{values.mean():.4f}" for values in (scores.mrr, scores.recall_10, scores.recall_100))
            mean, least, most, p = compare(scores.ndcg, clean[best].ndcg)
            gain = "|" if name == best else f"{mean:+.4f} [{least:+.4f}, {most:+.4f}] | {p:.4f}"
            print(f"| {name} | {scores.ndcg.mean():.4f} | {low:.3f}-{high:.3f} | {means} | {gain} |")
        if len(conditions) > 1:
            print("\n| nDCG@10, and to its own clean value | " + " | ".join(clean) + " |")
            print("|---|" + "---|" * len(clean))
        for condition, systems in list(conditions.items())[1:]:
            cells = (f"{s.ndcg.mean():.4f} ({s.ndcg.mean() - clean[n].ndcg.mean():+.4f})" for n, s in systems.items())
            print(f"| {condition} | " + " | ".join(cells) + " |")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="*", type=Path, help="folders of retrieval sets")
    parser.add_argument("--url", default="http://127.0.0.1:9200", help="an Elasticsearch of major 9")
    parser.add_argument("--noise", action="store_true", help="also measure under every noise")
    parser.add_argument("--queries", type=int, help="draw this many queries of each set")
    parser.add_argument("--json", type=Path, help="write the means to this file")
    arguments = parser.parse_args()
    folders = arguments.sets or sorted(path for path in CORPORA.glob("*") if path.is_dir())
    if not folders:
        parser.error(f"no retrieval set given and none in {CORPORA}")
    corpora = [read_corpus(folder) for folder in folders]
    if arguments.queries:
        corpora = [draw_queries(corpus, arguments.queries) for corpus in corpora]
    node = Node(arguments.url)
    try:
        results = run(node, corpora, arguments.noise)
    finally:
        node.close()
    print_results(results)
    if arguments.json:
        means = {
            corpus: {
                condition: {
                    name: {measure: float(values.mean()) for measure, values in vars_of(scores)}
                    for name, scores in systems.items()
                }
                for condition, systems in conditions.items()
            }
            for corpus, conditions in results.items()
        }
        arguments.json.write_text(json.dumps(means, ensure_ascii=False, indent=1), encoding="utf-8")


def vars_of(scores: Scores) -> Iterator[tuple[str, Values]]:
    """The measures of `scores` by name."""
    yield from ((part.name, getattr(scores, part.name)) for part in fields(scores))


if __name__ == "__main__":
    main()
