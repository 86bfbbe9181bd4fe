"""What an operator or a monitor wants to know beside the sums: versions, disk, speed, waiting, the schedule."""

import platform
import shutil
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import httpx

from tasks.cluster import Target, connect, speaking_plainly
from tasks.indices import list_versions
from tasks.outcome import Status

Json = dict[str, Any]

#: A file that has waited for so many intervals of the schedule, and so many seconds at least, waits too long.
_INTERVALS: Final = 3
_PATIENCE: Final = 600.0

#: Free bytes of a disk below which it is soon full; Elasticsearch closes its indices for writing at 500 MB.
_LOW: Final = 2 * 1024**3


def read_measures(target: Target, root: str | None, home: Path, prefect_url: str | None, last_run: Json | None) -> Json:
    """Build the part of `daftar status --json` that is about the installation.

    `root` is the folder's name in the ledger; without it all folders count. Sizes are in bytes, times in seconds.
    Raises Unavailable when Elasticsearch does not answer.
    """
    return {
        "versions": {
            "daftar": version("daftar"),
            "prefect": version("prefect"),
            "python": platform.python_version(),
            "indices": max((at.serving.number for at in list_versions(target) if at.serving), default=0),
        },
        "disk": read_disk(target, home),
        "throughput": read_throughput(target, last_run),
        "oldest_waiting_seconds": read_longest_wait(target, root),
        "schedule": read_schedule(prefect_url) if prefect_url else None,
    }


def read_disk(target: Target, home: Path) -> Json:
    """How much the indices take, and how much is free where they lie and where the installation's data lie."""
    client = connect(target)
    with speaking_plainly(target):
        stats = client.indices.stats(index=f"{target.prefix}-*", metric="store")
        nodes = client.nodes.stats(metric="fs")["nodes"].values()
    return {
        "indices": stats["_all"]["total"]["store"]["size_in_bytes"],
        "elasticsearch_free": min(node["fs"]["total"]["available_in_bytes"] for node in nodes),
        "home_free": shutil.disk_usage(_nearest(home)).free,
    }


def _nearest(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def read_throughput(target: Target, last_run: Json | None) -> Json | None:
    """How many files the last run wrote down, and how many a second; None when it did nothing."""
    if last_run is None or not last_run["seconds"]:
        return None
    with speaking_plainly(target):
        files = connect(target).count(index=target.files, query={"term": {"run_id": last_run["run_id"]}})["count"]
    seconds = float(last_run["seconds"])
    return {"files": files, "seconds": seconds, "files_per_second": round(files / seconds, 2)} if files else None


def read_longest_wait(target: Target, root: str | None) -> float | None:
    """For how long the oldest of the files has stood unread that the ledger has as waiting; None when there is none."""
    clauses: list[Json] = [{"term": {"status": Status.WAITING.value}}]
    if root is not None:
        clauses.append({"term": {"root": root}})
    with speaking_plainly(target):
        found = connect(target).search(
            index=target.files,
            size=0,
            query={"bool": {"filter": clauses}},
            aggs={"oldest": {"min": {"field": "first_seen"}}},
        )
    oldest = found["aggregations"]["oldest"]["value"]
    return None if oldest is None else max(0.0, round(time.time() - oldest / 1000, 3))


def read_schedule(prefect_url: str) -> Json:
    """Whether anybody serves the watch, how often it runs, and when next."""
    unknown: Json = {"served": False, "paused": None, "interval": None, "next": None}
    question = {
        "deployments": {"name": {"any_": ["watch"]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": 1,
    }
    try:
        with httpx.Client(base_url=prefect_url, timeout=10, trust_env=False) as client:
            found = client.get("/api/deployments/name/ingest/watch")
            if found.status_code == httpx.codes.NOT_FOUND:
                return unknown
            deployment = found.raise_for_status().json()
            runs = client.post("/api/flow_runs/filter", json=question).raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return unknown
    intervals = [each["schedule"].get("interval") for each in deployment["schedules"] if each["active"]]
    return {
        "served": deployment["status"] == "READY" and not deployment["paused"],
        "paused": deployment["paused"],
        "interval": next((at for at in intervals if at), None),
        "next": runs[0]["expected_start_time"] if runs else None,
    }


def find_problems(state: Json, interval: float) -> list[str]:
    """Say what needs an operator, given the object of `daftar status`; nothing when all is well."""
    problems = []
    if not state["adds_up"]:
        problems.append("folder and ledger differ")
    last, schedule, waiting = state["last_run"], state["schedule"], state["oldest_waiting_seconds"]
    if last and last["state"] in ("Failed", "Crashed", "NeedsConfirmation"):
        problems.append(f"the last run ended as {last['state']}: {last['message']}")
    if not schedule or not schedule["served"]:
        problems.append("nobody runs the schedule")
    if waiting is not None and waiting > max(_PATIENCE, _INTERVALS * interval):
        problems.append(f"a file has waited for {timedelta(seconds=round(waiting))}")
    for name, what in (("elasticsearch_free", "Elasticsearch's disk"), ("home_free", "the disk of DAFTAR_HOME")):
        if state["disk"][name] < _LOW:
            problems.append(f"{what} has only {state['disk'][name] / 1024**3:.1f} GB left")
    return problems
