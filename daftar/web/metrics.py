"""`/metrics`: the archive in numbers, as Prometheus reads them."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from daftar.measures import read_measures
from daftar.state import find_last_run
from flows.settings import load_settings
from tasks.cluster import Target, connect, speaking_plainly
from tasks.errors import DaftarError


def build_metrics(find_target: Callable[[], Target]) -> Callable[[Request], Response]:
    """Return the handler over the Elasticsearch that `find_target` names; Starlette calls it on a thread."""

    def answer_metrics(_: Request) -> Response:
        return Response(write_metrics(find_target), media_type=CONTENT_TYPE_LATEST)

    return answer_metrics


def write_metrics(find_target: Callable[[], Target]) -> bytes:
    """Measure, and write it down; of an Elasticsearch that does not answer only that."""
    registry = CollectorRegistry()
    up = Gauge("daftar_elasticsearch_up", "Whether Elasticsearch answers.", registry=registry)
    try:
        _measure(registry, find_target())
    except DaftarError:
        registry = CollectorRegistry()
        Gauge("daftar_elasticsearch_up", "Whether Elasticsearch answers.", registry=registry).set(0)
    else:
        up.set(1)
    return generate_latest(registry)


def _measure(registry: CollectorRegistry, target: Target) -> None:
    def gauge(name: str, meaning: str, value: float | None) -> None:
        if value is not None:
            Gauge(f"daftar_{name}", meaning, registry=registry).set(value)

    settings = load_settings()
    prefect_url = os.environ.get("PREFECT_API_URL", "").removesuffix("/api") or None
    last = find_last_run(prefect_url, str(settings.folder)) if prefect_url else None
    found = read_measures(target, None, settings.home, prefect_url, last)
    _count(registry, target, "files", "Files by status.", target.files, "status")
    _count(registry, target, "documents", "Current documents by language.", target.documents(), "language")
    gauge("index_version", "The version of the indices that serves.", found["versions"]["indices"])
    gauge("index_bytes", "What the indices take.", found["disk"]["indices"])
    gauge("elasticsearch_free_bytes", "What is free where the indices lie.", found["disk"]["elasticsearch_free"])
    gauge("home_free_bytes", "What is free where the installation's data lie.", found["disk"]["home_free"])
    gauge(
        "oldest_waiting_seconds",
        "For how long the oldest waiting file has waited.",
        found["oldest_waiting_seconds"] or 0,
    )
    if schedule := found["schedule"]:
        gauge("schedule_served", "Whether anybody runs the schedule.", schedule["served"])
    if last:
        _describe_run(gauge, last, found["throughput"])


def _describe_run(
    gauge: Callable[[str, str, float | None], None], last: dict[str, Any], speed: dict[str, Any] | None
) -> None:
    ended = datetime.fromisoformat(last["ended"]).timestamp() if last["ended"] else None
    gauge("last_run_end_timestamp_seconds", "When the last run ended.", ended)
    gauge("last_run_seconds", "How long it took.", last["seconds"])
    gauge("last_run_ok", "Whether it did not fail.", last["state"] not in ("Failed", "Crashed", "NeedsConfirmation"))
    gauge("last_run_files_per_second", "How fast it was.", speed["files_per_second"] if speed else None)


def _count(registry: CollectorRegistry, target: Target, name: str, meaning: str, index: str, field: str) -> None:
    with speaking_plainly(target):
        found = connect(target).search(index=index, size=0, aggs={"by": {"terms": {"field": field, "size": 100}}})
    counted = Gauge(f"daftar_{name}", meaning, [field], registry=registry)
    for bucket in found["aggregations"]["by"]["buckets"]:
        counted.labels(bucket["key"]).set(bucket["doc_count"])
