"""Runs that the Prefect server believes in and that nobody works on any more."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import TagsContext
from prefect.states import Crashed
from prefect.types import DateTime

#: The flows that are ours to clean up after.
FLOWS: Final = ["ingest", "audit", "rebuild", "rollback"]

_TAG: Final = "process:"
_PAGE: Final = 100

#: How often runs are looked at that were closed, and seconds between two looks.
_LOOKS: Final = 20
_PAUSE: Final = 0.2

#: Looks in a row that have to find nothing once nobody is going to look later.
_CALM: Final = 3


def process_tag() -> str:
    """The tag of a run that this process works on itself, outside of any deployment."""
    return f"{_TAG}{socket.gethostname()}:{os.getpid()}"


@contextmanager
def leave_untagged() -> Iterator[None]:
    """Let no task that begins in the block have the tags of its run.

    For every task with a tag Prefect asks its server for a slot, and while all processors are busy the answer can
    take seconds, in which one of the workers does nothing.
    """
    with TagsContext(current_tags=set()):
        yield


def close_abandoned(message: str, served: bool, ended: bool = False) -> int:
    """Set runs to Crashed that nobody works on; returns how many.

    Runs of deployments count when `served` is false: nothing serves them now, so none can be alive. Runs that
    a process of this machine started by itself count when that process is gone, or if all such were `ended`: one
    that was killed can take a while to go. What a run asked for before it was killed can take effect after it was
    closed, or before we saw it, so we look until its state stays; longer when `served` is false, since nobody will
    look again.
    """
    closed = set()
    calm = 0
    with get_client(sync_client=True) as client:
        for _ in range(_LOOKS):
            open_runs = _find(client, StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
            abandoned = [run for run in open_runs if _is_abandoned(run, served, ended)]
            calm = 0 if abandoned else calm + 1
            if calm == (1 if served else _CALM):
                break
            for run in abandoned:
                client.set_flow_run_state(run.id, Crashed(message=message), force=True)
                closed.add(run.id)
            time.sleep(_PAUSE)
    return len(closed)


def drop_missed() -> int:
    """Delete scheduled runs whose time passed while nothing served them; the next run does their work."""
    with get_client(sync_client=True) as client:
        missed = _find(client, StateType.SCHEDULED, before=datetime.now(UTC))
        for run in missed:
            client.delete_flow_run(run.id)
        return len(missed)


def _find(client: SyncPrefectClient, *types: StateType, before: datetime | None = None) -> list[FlowRun]:
    flow_run_filter = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types))),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=DateTime.instance(before)) if before else None,
    )
    found: list[FlowRun] = []
    while True:
        page = client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=FLOWS)),
            flow_run_filter=flow_run_filter,
            sort=FlowRunSort.ID_DESC,
            limit=_PAGE,
            offset=len(found),
        )
        found += page
        if len(page) < _PAGE:
            return found


def _is_abandoned(run: FlowRun, served: bool, ended: bool) -> bool:
    if run.deployment_id is not None:
        return not served
    return _read_number(run) is not None and (ended or _find_worker(run) is None)


def _read_number(run: FlowRun) -> int | None:
    """The number of the process of this machine that began the run by itself; None if none did."""
    for tag in run.tags:
        kind, host, number = [*tag.split(":"), "", ""][:3]
        if f"{kind}:" == _TAG and host == socket.gethostname():
            return int(number)
    return None


def _find_worker(run: FlowRun) -> psutil.Process | None:
    """The process that began the run by itself, if it lives; not a later one of the same number."""
    if (number := _read_number(run)) is None:
        return None
    try:
        worker = psutil.Process(number)
        began = worker.create_time()
        if worker.status() == psutil.STATUS_ZOMBIE:
            # It has ended, and whoever started it has not asked how.
            return None
    except psutil.NoSuchProcess:
        return None
    return worker if run.start_time is None or began <= run.start_time.timestamp() else None
