"""The composition root: settings become deployments, and this process serves them.

`python -m flows` runs until it is interrupted. A run is a process of its own that imports its flow from
`flows.served`.
"""

import logging
import threading
from datetime import timedelta
from typing import Final, cast

from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval
from prefect.types.entrypoint import EntrypointType

from flows.automations import install_automations
from flows.forks import fork_runs
from flows.rebuild import build_turns
from flows.runs import close_abandoned, drop_missed
from flows.served import audit, ingest
from flows.settings import Settings, load_settings
from flows.watcher import follow

#: Runs at one time: the watch, and manual runs of other folders beside it.
_LIMIT: Final = 4

#: Seconds between two looks for runs that are due.
_POLL: Final = 2.0

_WATCH: Final = "ingest/watch"

#: When the whole archive is audited: every night, in the time zone of the machine.
_NIGHTLY: Final = "30 3 * * *"


def build_deployments(settings: Settings) -> list[RunnerDeployment]:
    """The watch with its schedule, the same flow to be started by hand over any folder, and the audit."""
    folder = str(settings.folder)
    watch = ingest.to_deployment(
        "watch",
        description=f"Every {settings.interval:g} s, and at once when a file changes: make {folder} searchable.",
        schedule=Interval(timedelta(seconds=settings.interval)),
        parameters={"folder": folder, "if_busy": "skip"},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    manual = ingest.to_deployment(
        "manual",
        description="Make a folder searchable once, by hand.",
        parameters={"folder": folder},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    nightly = audit.to_deployment(
        "audit",
        description=f"Every night: compare {folder}, its ledger and the documents in full, and mend what differs.",
        schedule=Cron(_NIGHTLY),
        parameters={"folder": folder},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    deployments = [cast(RunnerDeployment, each) for each in (watch, manual, nightly)]
    for deployment in deployments:
        # What a run imports: the flow as it is built there, not as it is declared.
        deployment.entrypoint = f"flows.served.{deployment.flow_name}"
    return deployments


def main() -> None:
    """Serve the deployments, and follow the folder's events if that is set."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = load_settings()
    fork_runs()
    close_abandoned("nobody works on it any more", served=False)
    drop_missed()
    install_automations(settings.interval, settings.webhook)
    stopping = threading.Event()
    if settings.events:
        patience = max(settings.interval, 60.0)
        arguments = (settings.folder, settings.home, _WATCH, patience, stopping)
        threading.Thread(target=follow, args=arguments, name="events", daemon=True).start()
    try:
        serve(*build_deployments(settings), *build_turns(), limit=_LIMIT, query_seconds=_POLL, pause_on_shutdown=True)
    finally:
        stopping.set()
