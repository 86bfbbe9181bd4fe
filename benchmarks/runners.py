"""The same folder on threads, processes, a Dask cluster and one that loses a worker must give the same archive.

`python -m benchmarks.runners [--files 5000]`. Every run is a `daftar ingest` into an archive of its own on one node.
All documents and ledger entries are compared but for times, run and attempts. In the last two runs Elasticsearch goes
away for two minutes: with the patience to wait for it, and without; there the next run makes good what is missing.
Ends with 1 when two archives differ.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, Final

import psutil
from elasticsearch.helpers import scan

from benchmarks.corpus import write_pages
from daftar.installation import Installation
from flows.settings import load_settings
from tasks.cluster import Target, connect

#: What tells one run from another: when, in which run, in how many attempts.
PASSING: Final = ("run_id", "event", "first_seen", "changed", "events", "attempts")

#: How long Elasticsearch stays away, in seconds.
AWAY: Final = 120

#: Documents that are there when something is done to a run.
SOME: Final = 500

Archive = dict[str, dict[str, Any]]


def main() -> None:
    """Run all and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runners", description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--ways", nargs="+", choices=[way.name for way in list_ways()], help="some of the ways")
    asked = parser.parse_args()
    files = asked.files
    ways = [way for way in list_ways() if way.name in (asked.ways or [way.name])]
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        installation = Installation(load_settings(folder=Path(place) / "pages", home=Path(place) / "home"))
        write_pages(installation.settings.folder, files)
        try:
            url, _ = installation.start_services()
            same = compare(installation, url, files, ways)
        finally:
            installation.stop_services()
            installation.node.remove()
    sys.exit(0 if same else 1)


@dataclass(frozen=True)
class Way:
    """A way to ingest the folder: its name, its runner, what is done to it in the middle, what settings it has."""

    name: str
    runner: str = "threads"
    disturb: Callable[[Installation, int], bool] | None = None
    patience: int = 60


def list_ways() -> list[Way]:
    """All ways; the first is what the others are compared with."""
    return [
        Way("threads"),
        Way("processes", "processes"),
        Way("dask", "dask"),
        Way("dask, a worker killed", "dask", kill_worker),
        Way("away, waited for", disturb=take_away, patience=600),
        Way("away, not waited for", disturb=take_away, patience=0),
    ]


def compare(installation: Installation, url: str, files: int, ways: list[Way]) -> bool:
    """Ingest the folder in every way; returns whether all archives are alike and hold every file."""
    first: Archive = {}
    same = True
    for number, way in enumerate(ways):
        target = Target(url, f"way-{number}")
        began = time.monotonic()
        sums, disturbed = ingest(installation, target, way)
        seconds = time.monotonic() - began
        said = [json.dumps(sums)]
        if way.patience == 0:
            sums, _ = ingest(installation, target, replace(way, disturb=None))
            said.append(f"then {json.dumps(sums)}")
        archive = read_archive(target)
        first = first or archive
        alike = archive == first and len(archive) == 2 * files and disturbed == (way.disturb is not None)
        same &= alike
        said.append("the same archive" if alike else f"DIFFERENT: {len(archive)} entries, disturbed {disturbed}")
        print(f"{way.name:<24} {seconds:7.1f} s  {files / seconds:6.1f} files/s  {', '.join(said)}", flush=True)
    return same


def ingest(installation: Installation, target: Target, way: Way) -> tuple[dict[str, Any], bool]:
    """Run the command; returns its sums and exit code, and whether it was disturbed in the middle."""
    command = [str(Path(sys.executable).with_name("daftar")), "ingest", "--json"]
    own = {
        "DAFTAR_INDEX_PREFIX": target.prefix,
        "DAFTAR_RUNNER": way.runner,
        "DAFTAR_WORKERS": "2",
        "DAFTAR_SETTLE": "0",
        "DAFTAR_PATIENCE": str(way.patience),
    }
    process = Popen(command, env=os.environ | installation.settings.to_environment() | own, stdout=PIPE)
    disturbed = False
    while way.disturb and not disturbed and process.poll() is None:
        time.sleep(0.5)
        disturbed = count(target) >= SOME and way.disturb(installation, process.pid)
    output, _ = process.communicate()
    sums: dict[str, Any] = json.loads(output or b"{}")
    kept = {key: value for key, value in sums.items() if value and key not in ("run_id", "seconds")}
    return kept | {"exit": process.returncode}, disturbed


def kill_worker(_: Installation, pid: int) -> bool:
    """Kill one of the Dask workers below a process, if there is one."""
    workers = [child for child in psutil.Process(pid).children(recursive=True) if is_worker(child)]
    for worker in workers[:1]:
        worker.send_signal(signal.SIGKILL)
    return bool(workers)


def take_away(installation: Installation, _: int) -> bool:
    """Stop Elasticsearch and start it again at the same address after a while."""
    installation.node.stop()
    time.sleep(AWAY)
    installation.node.start()
    return True


def is_worker(process: psutil.Process) -> bool:
    """Say whether a process is one that Dask has started."""
    return any("spawn_main" in part for part in process.cmdline())


def count(target: Target) -> int:
    """How many documents an archive has."""
    client = connect(target).options(ignore_status=HTTPStatus.SERVICE_UNAVAILABLE)
    if not client.indices.exists(index=target.all_documents, allow_no_indices=False):
        return 0
    # Indices that were made this moment cannot be counted yet.
    return int(client.count(index=target.all_documents).get("count", 0))


def read_archive(target: Target) -> Archive:
    """All documents and entries, without what tells one run from another."""
    found: Archive = {}
    for index in (target.all_documents, target.files):
        connect(target).indices.refresh(index=index)
        for hit in scan(connect(target), index=index):
            found[hit["_id"]] = {name: value for name, value in hit["_source"].items() if name not in PASSING}
    return found


if __name__ == "__main__":
    main()
