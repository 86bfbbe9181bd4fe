"""Files a second: the whole pipeline, the raw bulk of the same finished documents, the rescan of the unchanged folder.

All three in each run on the same machine and the same Elasticsearch, so that their ratios hold where its speed does
not; the table has the median, least and most of the runs.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elasticsearch.helpers import scan, streaming_bulk

from benchmarks.corpus import write_pages
from daftar.installation import Installation
from daftar.runs import ingest_folder
from daftar.services import processes
from daftar.services.elasticsearch import SERVICE
from flows.settings import Settings, load_settings
from tasks.cluster import Target, connect, install


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one run: by the clock, and of the processor in Elasticsearch and in the process of the flow."""

    raw: float
    raw_server: float
    pipeline: float
    pipeline_server: float
    pipeline_python: float
    rescan: float


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--files", type=int, default=int(os.environ.get("FILES", "2000")))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS", "1")))
    parser.add_argument("--runner", choices=["threads", "processes"], default="threads")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        folder, home = Path(place) / "pages", Path(place) / "home"
        size = write_pages(folder, asked.files) / asked.files / 1024
        services = Installation(load_settings(folder=folder, home=home))
        try:
            services.start_services()
            runs = []
            for number in range(asked.runs):
                prefix = f"daftar-{number}"
                settings = load_settings(folder=folder, home=home, index_prefix=prefix, runner=asked.runner, settle=0)
                runs.append(measure(settings, asked.files))
        finally:
            services.stop_services()
            services.node.remove()
    print(f"{asked.files} files of {size:.1f} KB, {os.cpu_count()} cores shared with Elasticsearch, {asked.runner},")
    print(f"median (least to most) of {asked.runs} runs\n")
    print("\n".join(tabulate(runs, asked.files)))


def measure(settings: Settings, number: int) -> Run:
    """Take the folder's files into indices of the settings' prefix, and the finished documents into others."""
    installation = Installation(settings)
    elasticsearch, prefect = installation.start_services()
    target = settings.target(elasticsearch)
    server = server_seconds(installation)
    python = own_seconds()
    pipeline = ingest_seconds(installation, prefect)
    pipeline_server = server_seconds(installation) - server
    pipeline_python = own_seconds() - python
    rescan = ingest_seconds(installation, prefect)
    documents = list(read_documents(target))
    if len(documents) != number:
        raise SystemExit(f"{len(documents)} documents of {number} files")
    server = server_seconds(installation)
    raw = bulk_seconds(target, documents)
    return Run(raw, server_seconds(installation) - server, pipeline, pipeline_server, pipeline_python, rescan)


def tabulate(runs: list[Run], number: int) -> Iterator[str]:
    """Yield the lines of a Markdown table."""

    def spread(values: list[float], form: str) -> str:
        return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"

    def rate(seconds: list[float]) -> str:
        return spread([number / each for each in seconds], ".0f")

    def cost(seconds: list[float]) -> str:
        return spread([each / number * 1_000 for each in seconds], ".1f")

    yield "| what | measured |"
    yield "| --- | --- |"
    yield f"| raw bulk of the finished documents, files/s | {rate([run.raw for run in runs])} |"
    yield f"| whole pipeline, files/s | {rate([run.pipeline for run in runs])} |"
    yield f"| pipeline / raw | {spread([run.raw / run.pipeline for run in runs], '.2f')} |"
    yield f"| rescan of the unchanged folder, files/s | {rate([run.rescan for run in runs])} |"
    yield f"| rescan / pipeline | {spread([run.pipeline / run.rescan for run in runs], '.1f')} |"
    yield f"| raw: Elasticsearch, ms of a core a file | {cost([run.raw_server for run in runs])} |"
    yield f"| pipeline: Elasticsearch, ms of a core a file | {cost([run.pipeline_server for run in runs])} |"
    yield f"| pipeline: Python, ms of a core a file | {cost([run.pipeline_python for run in runs])} |"


def own_seconds() -> float:
    """The processor's time of this process, where the flow runs, and of workers of it that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def server_seconds(installation: Installation) -> float:
    """The processor's time that the embedded Elasticsearch has taken."""
    return sum(sum(process.cpu_times()) for process in processes.find(installation.settings.home, SERVICE))


def ingest_seconds(installation: Installation, prefect: str) -> float:
    """Run the flow over the folder; returns the seconds between its start and its end."""
    finished = ingest_folder(installation, installation.settings.folder, prefect)
    if finished.report is None:
        raise SystemExit(finished.message)
    return finished.report.seconds


def read_documents(target: Target) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document as it was indexed, with the language of its index."""
    for hit in scan(connect(target), index=target.documents(), size=500):
        yield hit["_source"]["language"], hit["_source"]


def bulk_seconds(target: Target, documents: list[tuple[str, dict[str, Any]]]) -> float:
    """Index finished documents from memory into fresh indices of the same kind, by one client."""
    raw = Target(target.url, f"{target.prefix}-raw", target.api_key, target.ca_certs)
    install(raw)
    began = time.monotonic()
    actions = (
        {"_op_type": "create", "_index": raw.documents(language), "_id": source["document_id"], "_source": source}
        for language, source in documents
    )
    for ok, item in streaming_bulk(connect(raw), actions, chunk_size=500):
        if not ok:
            raise SystemExit(f"the raw bulk failed: {item}")
    connect(raw).indices.refresh(index=raw.all_documents)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
