"""The same folder on threads, processes, a Dask cluster and one that loses a worker must give the same archive.

`python -m benchmarks.runners [--files 5000]`. Every run is a `daftar ingest` into an archive of its own on one node.
All documents and ledger entries are compared but for times, run and attempts. Ends with 1 when two archives differ.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
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

#: Which archive, by which runner, and whether a worker is killed in the middle.
RUNS: Final = {
    "threads": ("threads", False),
    "processes": ("processes", False),
    "dask": ("dask", False),
    "dask, a worker killed": ("dask", True),
}

Archive = dict[str, dict[str, Any]]


def main() -> None:
    """Run all and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.runners", description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        installation = Installation(load_settings(folder=Path(place) / "pages", home=Path(place) / "home"))
        write_pages(installation.settings.folder, files)
        try:
            url, _ = installation.start_services()
            same = compare(installation, url, files)
        finally:
            installation.stop_services()
            installation.node.remove()
    sys.exit(0 if same else 1)


def compare(installation: Installation, url: str, files: int) -> bool:
    """Ingest the folder in every way; returns whether all archives are alike and hold every file."""
    first: Archive = {}
    same = True
    for name, (runner, kill) in RUNS.items():
        prefix = f"runs-{len(name)}-{runner}"
        began = time.monotonic()
        sums, killed = ingest(installation, prefix, runner, kill)
        seconds = time.monotonic() - began
        archive = read_archive(Target(url, prefix))
        first = first or archive
        alike = archive == first and len(archive) == 2 * files and killed == kill
        same &= alike
        said = "the same" if alike else f"DIFFERENT {len(archive)} {killed}"
        print(f"{name:<24} {seconds:7.1f} s  {files / seconds:6.1f} files/s  {said}  {sums}", flush=True)
    return same


def ingest(installation: Installation, prefix: str, runner: str, kill: bool) -> tuple[dict[str, Any], bool]:
    """Run the command; returns its sums, and whether a worker was killed."""
    command = [str(Path(sys.executable).with_name("daftar")), "ingest", "--json"]
    own = {"DAFTAR_INDEX_PREFIX": prefix, "DAFTAR_RUNNER": runner, "DAFTAR_WORKERS": "2", "DAFTAR_SETTLE": "0"}
    process = Popen(command, env=os.environ | installation.settings.to_environment() | own, stdout=PIPE)
    killed = kill and kill_worker(process.pid, Target(installation.settings.find_elasticsearch(), prefix))
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"daftar ingest on {runner} ended with {process.returncode}")
    sums = json.loads(output)
    return {key: value for key, value in sums.items() if value and key not in ("run_id", "seconds")}, killed


def kill_worker(pid: int, target: Target) -> bool:
    """Wait until a fifth of a thousand documents are there and kill one of the Dask workers below a process."""
    while psutil.pid_exists(pid):
        time.sleep(0.5)
        if count(target) < 200:
            continue
        workers = [child for child in psutil.Process(pid).children(recursive=True) if is_worker(child)]
        if workers:
            workers[0].send_signal(signal.SIGKILL)
            return True
    return False


def is_worker(process: psutil.Process) -> bool:
    """Say whether a process is one that Dask has started."""
    return any("spawn_main" in part for part in process.cmdline())


def count(target: Target) -> int:
    """How many documents an archive has."""
    client = connect(target)
    if not client.indices.exists(index=target.all_documents, allow_no_indices=False):
        return 0
    return int(client.count(index=target.all_documents)["count"])


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
