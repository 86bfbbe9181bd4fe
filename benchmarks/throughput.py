"""Files a second: the whole pipeline, the raw bulk of the same finished documents, the rescan of the unchanged folder.

All three in one run on the same machine and the same Elasticsearch, so that their ratios hold where its speed does not.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elasticsearch.helpers import scan, streaming_bulk

from benchmarks.corpus import write_pages
from daftar.installation import Installation
from daftar.runs import ingest_folder
from flows.settings import load_settings
from tasks.cluster import Target, connect, install


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--files", type=int, default=int(os.environ.get("FILES", "2000")))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        installation = Installation(load_settings(folder=Path(place) / "pages", home=Path(place) / "home"))
        try:
            measure(installation, arguments.files)
        finally:
            installation.stop_services()
            installation.node.remove()


def measure(installation: Installation, number: int) -> None:
    """Run the three measurements over `number` generated pages."""
    folder = installation.settings.folder
    size = write_pages(folder, number)
    elasticsearch, prefect = installation.start_services()
    target = installation.settings.target(elasticsearch)
    os.environ["DAFTAR_SETTLE"] = "0"
    pipeline = ingest_seconds(installation, prefect)
    rescan = ingest_seconds(installation, prefect)
    documents = list(read_documents(target))
    raw = bulk_seconds(target, documents)
    print(f"{number} files of {size / number / 1024:.1f} KB, {os.cpu_count()} cores shared with Elasticsearch")
    print(f"raw bulk of the finished documents  {number / raw:8.0f} files/s  {raw:6.1f} s")
    print(f"whole pipeline                      {number / pipeline:8.0f} files/s  {pipeline:6.1f} s")
    print(f"rescan of the unchanged folder      {number / rescan:8.0f} files/s  {rescan:6.1f} s")
    print(f"pipeline / raw  {raw / pipeline:.2f}")
    print(f"rescan / pipeline  {pipeline / rescan:.1f}")


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
