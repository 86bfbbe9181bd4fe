"""Files a second: the whole pipeline, the raw bulk of the same finished documents, the rescan of the unchanged folder.

`python -m benchmarks.throughput [--files 1000 10000 100000] [--runs 5] [--runner processes]`. All three in each run on
the same machine and the same Elasticsearch, so that their ratios hold where its speed does not; the numbers of files
come in turn, so that what a file costs in large and small archives is compared at the same hour. The table has the
median, least and most of the runs; each run is told as it ends, since five of 100,000 files take two hours. All
documents of a run are held in memory, 1.3 GB of 100,000.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from typing import Final

import orjson
from elasticsearch.helpers import scan, streaming_bulk

from benchmarks.command import Ingested, ingest
from benchmarks.corpus import write_pages
from benchmarks.plot import draw
from daftar.installation import Installation
from daftar.services import processes
from daftar.services.elasticsearch import SERVICE
from flows.settings import Settings, load_settings
from tasks.cluster import Target, connect, install


@dataclass(frozen=True, slots=True)
class Run:
    """What a run took: both ingests, and in seconds a file Elasticsearch's processor for it, the raw bulk, and its.

    `writes` are what the rescan wrote.
    """

    pipeline: Ingested
    rescan: Ingested
    writes: int
    server: float
    raw: float
    raw_server: float


#: The rows of the table, each with how it is written and how it is read off a run over so many files.
_ROWS: Final[list[tuple[str, str, Callable[[Run, int], float]]]] = [
    ("raw bulk of the finished documents, files/s", ".0f", lambda run, _: 1 / run.raw),
    ("whole pipeline, files/s", ".0f", lambda run, files: files / run.pipeline.seconds),
    ("pipeline / raw", ".2f", lambda run, files: run.raw * files / run.pipeline.seconds),
    ("pipeline, ms a file", ".1f", lambda run, files: run.pipeline.seconds / files * 1_000),
    ("rescan of the unchanged folder, s", ".1f", lambda run, _: run.rescan.seconds),
    ("rescan: documents and entries written", ".0f", lambda run, _: run.writes),
    ("rescan / pipeline", ".1f", lambda run, _: run.pipeline.seconds / run.rescan.seconds),
    ("raw: Elasticsearch, ms of a core a file", ".1f", lambda run, _: run.raw_server * 1_000),
    ("pipeline: Elasticsearch, ms of a core a file", ".1f", lambda run, _: run.server * 1_000),
    ("pipeline: Python, ms of a core a file", ".1f", lambda run, files: run.pipeline.processor / files * 1_000),
    ("pipeline: highest memory of its process, MB", ".0f", lambda run, _: run.pipeline.peak),
    ("rescan: highest memory of its process, MB", ".0f", lambda run, _: run.rescan.peak),
]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print a table for each number of files; without `arguments` those of the command line count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput")
    parser.add_argument("--files", type=int, nargs="+", default=[2_000])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--runner", choices=["threads", "processes"], default="threads")
    parser.add_argument("--plot", type=Path, help="where to draw what a file costs, as an SVG")
    asked = parser.parse_args(arguments)
    columns: list[tuple[int, list[Run]]] = [(files, []) for files in asked.files]
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        size = sum(write_pages(Path(place) / str(files), files) / files for files in asked.files) / len(asked.files)
        settings = load_settings(folder=Path(place), home=Path(place) / "home", runner=asked.runner, settle=0)
        for (files, runs), run in zip(cycle(columns), repeat(settings, asked.files, asked.runs), strict=False):
            runs.append(run)
            print(*tabulate([(files, [run])]), sep="\n", end="\n\n", file=sys.stderr, flush=True)
    print(f"Files of {size / 1024:.1f} KB, {os.cpu_count()} cores shared with Elasticsearch,")
    print(f"{settings.workers} batches at one time on {asked.runner}, Python {platform.python_version()};")
    print(f"median (least to most) of {asked.runs} runs.\n")
    print("\n".join(tabulate(columns)))
    if asked.plot:
        asked.plot.write_text(draw(group(columns), "ms a file"), encoding="utf-8")
        print(f"\n![What a file costs, by their number](pictures/{asked.plot.name})")


def group(columns: list[tuple[int, list[Run]]]) -> dict[str, dict[str, float]]:
    """Return the median milliseconds a file of both ways, for each number of files."""
    return {
        f"{files:,} files": {
            "raw bulk": statistics.median(run.raw * 1_000 for run in runs),
            "whole pipeline": statistics.median(run.pipeline.seconds / files * 1_000 for run in runs),
        }
        for files, runs in columns
    }


def repeat(settings: Settings, numbers: Sequence[int], runs: int) -> Iterator[Run]:
    """Yield so many runs over each of the folders in turn, each run into an archive of its own on one node."""
    services = Installation(settings)
    try:
        services.start_services()
        for number, files in product(range(runs), numbers):
            own = {"folder": settings.folder / str(files), "index_prefix": f"daftar-{number}-{files}"}
            yield measure(settings.model_copy(update=own), files)
    finally:
        services.stop_services()
        services.node.remove()


def measure(settings: Settings, number: int) -> Run:
    """Take the folder's files into indices of the settings' prefix, and the finished documents into others."""
    installation = Installation(settings)
    target = installation.target()
    before = server_seconds(installation)
    pipeline = ingest(settings)
    server = (server_seconds(installation) - before) / number
    written = count_writes(target)
    rescan = ingest(settings)
    writes = count_writes(target) - written
    if pipeline.sums["new"] != number or rescan.sums["unchanged"] != number:
        raise SystemExit(f"of {number} files: {pipeline.sums}, then {rescan.sums}")
    documents = list(read_documents(target))
    raw = Target(target.url, f"{target.prefix}-raw", target.api_key, target.ca_certs)
    install(raw)
    before = server_seconds(installation)
    seconds = bulk_seconds(raw, documents) / len(documents)
    raw_server = (server_seconds(installation) - before) / len(documents)
    connect(target).indices.delete(index=",".join(connect(target).indices.get(index=f"{target.prefix}-*")))
    return Run(pipeline, rescan, writes, server, seconds, raw_server)


def tabulate(columns: list[tuple[int, list[Run]]]) -> Iterator[str]:
    """Yield the lines of a Markdown table, a column for each number of files."""
    yield f"| files | {' | '.join(f'{files:,}' for files, _ in columns)} |"
    yield f"| --- |{' --- |' * len(columns)}"
    for name, form, read in _ROWS:
        cells = (write_spread([read(run, files) for run in runs], form) for files, runs in columns)
        yield f"| {name} | {' | '.join(cells)} |"


def write_spread(values: Sequence[float], form: str) -> str:
    """Write the median of the values, with the least and the most of them if there are several."""
    median = f"{statistics.median(values):{form}}"
    return f"{median} ({min(values):{form}} to {max(values):{form}})" if len(values) > 1 else median


def server_seconds(installation: Installation) -> float:
    """The processor's time that the embedded Elasticsearch has taken."""
    return sum(sum(process.cpu_times()) for process in processes.find(installation.settings.home, SERVICE))


def count_writes(target: Target) -> int:
    """Return how many documents, entries and reports were written since the indices exist."""
    found = connect(target).indices.stats(index=f"{target.prefix}-*", metric="indexing")["_all"]["primaries"]
    return int(found["indexing"]["index_total"])


def read_documents(target: Target) -> Iterator[tuple[str, str, bytes]]:
    """Every document as it was indexed: the language of its index, its id, and its JSON."""
    for hit in scan(connect(target), index=target.documents(), size=500):
        yield hit["_source"]["language"], hit["_id"], orjson.dumps(hit["_source"])


def bulk_seconds(raw: Target, documents: list[tuple[str, str, bytes]]) -> float:
    """Index finished documents from memory into fresh indices of the same kind, by one client."""
    began = time.monotonic()
    actions = (
        {"_op_type": "create", "_index": raw.documents(language), "_id": identity, "_source": source}
        for language, identity, source in documents
    )
    for ok, item in streaming_bulk(connect(raw), actions, chunk_size=500):
        if not ok:
            raise SystemExit(f"the raw bulk failed: {item}")
    connect(raw).indices.refresh(index=raw.all_documents)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
