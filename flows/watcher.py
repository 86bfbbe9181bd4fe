"""File events: a hint that starts the watch at once instead of at its next hour.

The full compare is the truth, so an event may be lost, late or doubled without harm.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from watchfiles import watch

from flows.lock import is_held

#: Milliseconds of quiet that end a burst of events, and the longest a burst may hold a run back.
_QUIET: Final = 500
_LONGEST: Final = 2_000

_POLL: Final = 0.5
_AFTER_FAULT: Final = 5.0

_log = logging.getLogger(__name__)


def follow(folder: Path, home: Path, deployment: str, patience: float, stopping: threading.Event) -> None:
    """Start `deployment` whenever something in `folder` changes, until `stopping` is set.

    A change that comes while a run is under way starts another one when it has ended. `patience` is how many
    seconds a run may take before the next event no longer waits for it.
    """
    while not stopping.is_set():
        try:
            for _ in watch(
                folder,
                watch_filter=lambda _, path: home not in Path(path).parents,
                debounce=_LONGEST,
                step=_QUIET,
                stop_event=stopping,
                recursive=True,
                raise_interrupt=False,
            ):
                run_once(folder, home, lambda: start(deployment, patience), stopping)
        except Exception:
            # The folder may be unmounted, the server may be down: the schedule goes on, and so do we.
            _log.warning("File events of %s are interrupted", folder, exc_info=True)
            stopping.wait(_AFTER_FAULT)


def run_once(folder: Path, home: Path, start_run: Callable[[], str], stopping: threading.Event) -> None:
    """See to it that one whole run begins after this moment, whoever else may be at work on the folder."""
    while not stopping.is_set():
        while is_held(home, folder) and not stopping.wait(_POLL):
            pass
        if start_run() != "Skipped":
            return


def start(deployment: str, patience: float) -> str:
    """Start a deployment, wait until the run has ended, and return the name of its state."""
    began = time.monotonic()
    run = cast(FlowRun, run_deployment(deployment, timeout=patience, poll_interval=_POLL, as_subflow=False))
    _log.info("%s ended as %s after %.1f s", run.name, run.state_name, time.monotonic() - began)
    return str(run.state_name)
