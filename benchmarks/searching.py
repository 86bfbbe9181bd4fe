"""How long searches take in a large archive: `daftar search` itself, and the page over HTTP.

`python -m benchmarks.searching [--documents 100000]`. A thousand pages go through the steps; every document has the
facets, names and dates of one of them and a text of its own. Questions are those of the retrieval sets where they
lie beside the checkout, single words and phrases of the texts, and names in three scripts.
"""

import argparse
import hashlib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.corpus import PROJECT, mix_sentences, read_sentences, write_pages
from benchmarks.finishing import finish_folder
from benchmarks.retrieval import read_corpus
from daftar.installation import Installation
from daftar.search.archive import search
from flows.settings import load_settings
from tasks.cluster import Target, connect, install
from tasks.index import Record, store

#: Pages whose facets the documents have.
MODELS: Final = 1_000

#: Questions of each kind.
EACH: Final = 50

NAMES: Final = ("تهران", "طهران", "tehran", "پوتین", "بوتين", "putin", "سازمان ملل", "الأمم المتحدة", "united nations")


def main() -> None:
    """Fill an archive, ask, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.searching", description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    number = parser.parse_args().documents
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        settings = load_settings(folder=Path(place) / "pages", home=Path(place) / "home")
        installation = Installation(settings)
        try:
            url = installation.node.start()
            target = settings.target(url)
            install(target)
            fill(target, Path(place) / "models", number)
            environ = os.environ | settings.to_environment() | {"DAFTAR_ELASTICSEARCH_URL": url}
            measure(target, installation.page.start(environ), number)
        finally:
            installation.page.stop()
            installation.node.remove()


def read_models(folder: Path) -> list[Record]:
    """Return what the steps make of every page of a folder."""
    return [
        Record(source["document_id"], source["language"], source["document_id"], source["file"]["name"], source)
        for source in finish_folder(folder)
    ]


def fill(target: Target, folder: Path, number: int) -> None:
    """Store so many documents and merge what they lie in, as an archive at rest is."""
    write_pages(folder, MODELS)
    models = read_models(folder)
    sentences = read_sentences()
    choose = random.Random(7)
    documents = (vary(choose.choice(models), sentences, choose, at) for at in range(number))
    began = time.monotonic()
    while batch := list(islice(documents, 250)):
        store(target, batch)
    client = connect(target)
    client.indices.refresh(index=target.all_documents)
    size = client.indices.stats(index=target.all_documents, metric="store")["_all"]["primaries"]["store"]
    megabytes = size["size_in_bytes"] / 2**20
    print(f"{number} documents stored in {time.monotonic() - began:.0f} s, {megabytes:.0f} MB", flush=True)


def vary(model: Record, sentences: dict[str, list[str]], choose: random.Random, place: int) -> Record:
    """Return the record with a text, a day and an identity of its own."""
    identity = hashlib.sha256(f"{place}".encode()).hexdigest()[:40]
    text = mix_sentences(choose, sentences["fa" if model.language == "fa" else "ar"])
    own: dict[str, Any] = {
        "document_id": identity,
        "story_id": identity,
        "holders": [identity],
        "title": text[:60],
        "body": text,
        "@timestamp": f"20{choose.randrange(10, 25)}-{choose.randrange(1, 13):02}-{choose.randrange(1, 29):02}",
        "signature": [f"{place}-{band}" for band in range(64)],
    }
    return replace(model, document_id=identity, holder=identity, source=model.source | own)


def list_questions(choose: random.Random) -> dict[str, list[str]]:
    """Return what is asked, by kind."""
    texts = [sentence for sentences in read_sentences().values() for sentence in sentences]
    words = [choose.choice(choose.choice(texts).split()) for _ in range(EACH)]
    pieces = [choose.choice(texts).split() for _ in range(EACH)]
    asked = {
        "one word": words,
        "a phrase": [f'"{" ".join(piece[:2])}"' for piece in pieces],
        "a name": [choose.choice(NAMES) for _ in range(EACH)],
    }
    corpora = PROJECT.parent / "shared" / "corpora"
    if corpora.is_dir():
        queries = [list(read_corpus(corpora / name).queries.values()) for name in ("fa_pquad_val", "ar_arcd")]
        asked["a question"] = [choose.choice(choose.choice(queries)) for _ in range(EACH)]
    return asked


def measure(target: Target, page: str, number: int) -> None:
    """Ask every question once to warm up and once more by the clock."""
    print(f"{f'{number} documents, ms':<22} {'search':>16} {'page':>16}")
    asked = list_questions(random.Random(3))
    with httpx.Client(base_url=page, trust_env=False, timeout=60) as client:
        kinds: dict[str, Callable[[str], object]] = {
            "search": lambda text: search(target, text),
            "page": lambda text: client.get("/", params={"q": text}).raise_for_status(),
        }
        every: dict[str, list[float]] = {kind: [] for kind in kinds}
        for name, texts in asked.items():
            columns = []
            for kind, ask in kinds.items():
                for text in texts:
                    ask(text)
                times = sorted(clock(ask, text) for text in texts)
                every[kind] += times
                columns.append(describe(times))
            print(f"{name:<22} {columns[0]:>16} {columns[1]:>16}", flush=True)
        print(f"{'all (median, 95th)':<22} {describe(every['search']):>16} {describe(every['page']):>16}")


def clock(ask: Callable[[str], object], text: str) -> float:
    """Return the milliseconds of one question."""
    began = time.perf_counter()
    ask(text)
    return (time.perf_counter() - began) * 1_000


def describe(times: list[float]) -> str:
    """Write the median and the 95th percentile: `12.3  40.1`."""
    return f"{statistics.median(times):.1f}  {sorted(times)[int(len(times) * 0.95)]:.1f}"


if __name__ == "__main__":
    main()
