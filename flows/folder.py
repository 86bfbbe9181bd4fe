"""The folder of a run: named after it, alone with it, ending plainly when that or anything else does not work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

from prefect import State, get_run_logger
from prefect.runtime import deployment, flow_run
from prefect.settings import PREFECT_API_URL
from prefect.states import Completed, Failed

from flows.lock import Busy, hold
from flows.runs import leave_untagged
from flows.settings import Settings, load_settings
from flows.vigil import watch_server
from tasks.errors import DaftarError

Result = TypeVar("Result")


def name_after_folder(work: str) -> Callable[[], str]:
    """Return what names a run of this kind of work: `ingest seeds`."""

    def name_run() -> str:
        folder = flow_run.get_parameters().get("folder") or load_settings().folder
        return f"{work} {Path(folder).name}"

    return name_run


def take_folder(
    folder: str | None, if_busy: Literal["wait", "skip"], work: Callable[[Settings], State[Result]]
) -> State[Any]:
    """Work on a folder, by default the one that is set, when no other run does; errors of daftar end as states."""
    settings = load_settings(**({"folder": Path(folder)} if folder else {}))
    if deployment.get_id() and (api := PREFECT_API_URL.value()):
        # A run that the schedule started has a process of its own.
        watch_server(api, settings.prefect_patience)
    try:
        with hold(settings.home, settings.folder, wait=if_busy == "wait"), leave_untagged():
            return work(settings)
    except Busy:
        return Completed(name="Skipped", message="another run has this folder")
    except DaftarError as error:
        get_run_logger().error("%s", error)
        return Failed(message=str(error))
