"""Runs that the command line begins, waits for and cleans up after."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from daftar.cli.output import Bar
from daftar.installation import Installation
from daftar.services import processes
from daftar.services.prefect import SCHEDULE
from flows.asking import get
from flows.vigil import needing_server
from tasks.errors import Unavailable

if TYPE_CHECKING:
    from flows.audit import Audit
    from flows.report import Report

#: Seconds the schedule's process may take to make its deployments known; 4 are usual.
_PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended: the name and the message of its state, and its report unless it failed before one."""

    name: str
    message: str
    failed: bool
    report: "Report | None"


def ingest_folder(
    installation: Installation,
    folder: Path,
    prefect_url: str,
    confirm_removals: bool = False,
    only_failed: bool = False,
) -> Finished:
    """Run the flow in this process, under the Prefect server's eyes, until nothing is left to do.

    `only_failed` takes the files in quarantine and no others.
    """
    installation.enter(prefect_url)
    from prefect import tags

    from flows.progress import watching
    from flows.report import Report
    from flows.runs import close_abandoned, process_tag
    from flows.served import ingest

    close_abandoned("the process that worked on it is gone", served=True)
    server = needing_server(f"{prefect_url}/api", installation.settings.prefect_patience)
    with tags(process_tag()), Bar() as bar, watching(bar.show), server:
        earlier: Report | None = None
        while True:
            state = ingest(str(folder), confirm_removals=confirm_removals, only_failed=only_failed, return_state=True)
            result = state.result(raise_on_failure=False)
            report: Report | None = result if isinstance(result, Report) else None
            if report and earlier:
                report = report.follow(earlier)
            if report is None or not report.left or only_failed:
                return Finished(state.name or "", state.message or "", state.is_failed(), report)
            earlier = report


def audit_folder(installation: Installation, folder: Path, prefect_url: str, mend: bool) -> "Audit":
    """Run the audit in this process; raises Unavailable when it came to no end."""
    installation.enter(prefect_url)
    from prefect import tags

    from flows.audit import Audit
    from flows.runs import close_abandoned, process_tag
    from flows.served import audit

    close_abandoned("the process that worked on it is gone", served=True)
    with tags(process_tag()), needing_server(f"{prefect_url}/api", installation.settings.prefect_patience):
        state = audit(str(folder), mend=mend, return_state=True)
        result = state.result(raise_on_failure=False)
    if not isinstance(result, Audit):
        raise Unavailable(state.message or "The audit failed", "Mend the cause and try again.")
    return result


def keep_watching(installation: Installation, prefect_url: str) -> None:
    """Start the schedule's process and wait until the server knows that it serves the watch.

    One that runs with other settings (another folder, another interval) is replaced.
    """
    schedule = installation.schedule
    environ = installation.environment(prefect_url)
    if processes.differs(installation.settings.home, SCHEDULE, environ):
        schedule.stop()
        close_runs(installation, prefect_url)
    schedule.start(environ)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if _is_served(prefect_url):
            return
        if not schedule.runs():
            raise Unavailable("The schedule's process ended while it started", f"See {schedule.log}")
        time.sleep(0.25)
    raise Unavailable(f"The schedule was not ready within {_PATIENCE:.0f} seconds", f"See {schedule.log}")


def _is_served(prefect_url: str) -> bool:
    try:
        answer = get(f"{prefect_url}/api/deployments/name/ingest/watch")
    except httpx.HTTPError:
        return False
    if answer.status_code != httpx.codes.OK:
        return False
    deployment = answer.json()
    return deployment["status"] == "READY" and not deployment["paused"]


def close_runs(installation: Installation, prefect_url: str, ended: bool = False) -> None:
    """Set the runs that were cut short to Crashed, so that none is shown as running for ever.

    `ended` says that all commands that had begun runs were ended.
    """
    installation.enter(prefect_url)
    from flows.runs import close_abandoned

    close_abandoned("stopped by the operator; the next run carries on", served=False, ended=ended)
