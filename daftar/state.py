"""Where everything stands: the ledger's sums against the folder, the services, the last run, a file's story."""

from typing import Any

import httpx

from daftar.installation import Installation
from daftar.measures import read_measures
from daftar.search.documents import compare_copies
from tasks.cluster import Target, check_server, connect, speaking_plainly
from tasks.errors import DaftarError, Misconfigured
from tasks.ignore import load_rules
from tasks.ledger import read_entries, read_ledger, read_quarantined, sum_statuses
from tasks.outcome import Status
from tasks.paths import encode_path
from tasks.scan import list_folder, merge

_ON_DISK = (Status.INDEXED, Status.DUPLICATE, Status.QUARANTINED, Status.IGNORED, Status.WAITING)


def read_status(installation: Installation) -> dict[str, Any]:
    """Build the object that `daftar status --json` prints.

    The ledger adds up when the files on disk and its entries are the same, by name. Raises Unavailable or
    Misconfigured when Elasticsearch or the folder is not there: then nothing can be said of the files.
    """
    settings = installation.settings
    target = installation.target()
    version = check_server(target)
    root = encode_path(str(settings.folder))
    files_on_disk, adds_up = count_files(installation, target, root)
    sums = sum_statuses(target, root)
    ledger = {status.value: sums[status.value] for status in _ON_DISK}
    with speaking_plainly(target):
        documents = connect(target).count(index=target.documents())["count"]
    prefect, page = installation.server.url(), installation.page.url()
    return {
        "adds_up": adds_up and files_on_disk == sum(ledger.values()),
        "files_on_disk": files_on_disk,
        "ledger": ledger,
        "documents": documents,
        "services": {
            "elasticsearch": {"url": target.url, "version": version, "ok": True},
            "prefect": {"url": prefect, "ok": prefect is not None},
            "page": {"url": page, "ok": page is not None},
        },
        "last_run": (last_run := find_last_run(prefect, str(settings.folder)) if prefect else None),
        **read_measures(target, root, settings.home, prefect, last_run),
    }


def count_files(installation: Installation, target: Target, root: str) -> tuple[int, bool]:
    """Count the files on disk, and say whether the ledger has just these, by name."""
    folder = installation.settings.folder
    listing = list_folder(folder, load_rules(folder), installation.settings.home)
    on_disk, agree = 0, True
    for entry, known in merge(listing, read_ledger(target, root)):
        on_disk += entry is not None
        here = entry is not None
        there = known is not None and known.status is not Status.REMOVED
        agree = agree and here == there
    return on_disk, agree


def find_last_run(prefect_url: str, folder: str) -> dict[str, Any] | None:
    """Return the last run over a folder as the Prefect server has it, or None when there was none."""
    question = {
        "flows": {"name": {"any_": ["ingest"]}},
        "flow_runs": {"state": {"type": {"any_": ["RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"]}}},
        "sort": "START_TIME_DESC",
        "limit": 50,
    }
    try:
        answer = httpx.post(f"{prefect_url}/api/flow_runs/filter", json=question, timeout=10, trust_env=False)
        runs = answer.raise_for_status().json()
    except httpx.HTTPError:
        return None
    for run in runs:
        if run["parameters"].get("folder") == folder and run["state_name"] != "Skipped":
            return {
                "run_id": run["id"],
                "name": run["name"],
                "state": run["state_name"],
                "message": (run.get("state") or {}).get("message") or "",
                "started": run["start_time"],
                "ended": run["end_time"],
                "seconds": run["total_run_time"],
            }
    return None


def trace(installation: Installation, path: str, copies: bool = False) -> dict[str, Any]:
    """Build the object that `daftar trace --json` prints; `path` is relative to the folder, or lies in it.

    With `copies` it has the documents of nearly the same text, each with what it has otherwise.
    Raises Misconfigured when the ledger has never seen the file.
    """
    folder = installation.settings.folder
    relative = path.removeprefix(f"{folder}/") if path.startswith("/") else path.removeprefix("./")
    entries = read_entries(installation.target(), encode_path(str(folder)), [relative, encode_path(relative)])
    entry = entries.get(relative) or entries.get(encode_path(relative))
    if entry is None:
        raise Misconfigured(
            f"The ledger of {folder} has no file {relative}", "Give a path relative to the folder, or another --folder."
        )
    document_id = entry.get("document_id")
    return {
        "path": entry["path"],
        "status": entry["status"],
        "document_id": document_id,
        "events": [{"reason": "", "advice": "", **event} for event in entry.get("events", [])],
        **({"copies": compare_copies(installation.target(), document_id) if document_id else []} if copies else {}),
    }


def list_failures(installation: Installation) -> dict[str, Any]:
    """Build the object that `daftar failures --json` prints: the files in quarantine, by path.

    `time` is when a file was last tried, `attempts` how often in its present form.
    """
    folder = installation.settings.folder
    failures = [
        {
            "path": entry["path"],
            "step": entry["step"],
            "reason": entry["reason"],
            "advice": entry["advice"],
            "time": entry["changed"],
            "attempts": entry["attempts"],
            "run_id": entry["run_id"],
        }
        for entry in read_quarantined(installation.target(), encode_path(str(folder)))
    ]
    return {"folder": str(folder), "total": len(failures), "failures": failures}


def is_reachable(installation: Installation) -> bool:
    """Say whether the Elasticsearch of an installation answers."""
    try:
        check_server(installation.target())
    except DaftarError:
        return False
    return True
