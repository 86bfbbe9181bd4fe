"""Runs that nobody works on any more."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psutil
import pytest
from prefect import flow, tags
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Running

from flows import runs
from flows.deployments import build_deployments
from flows.runs import close_abandoned, process_tag
from flows.settings import load_settings
from tasks.cluster import Target
from tests.operators import wait_until

pytestmark = pytest.mark.flows


@flow(name="ingest")
def nothing() -> None:
    """Stand in for a run of the flow of this name."""


def open_run(tag: str) -> str:
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(nothing, state=Running(), tags=[tag])
        return str(run.id)


def state_of(run_id: str) -> str:
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run_id).state
        return state.name if state else ""


def dead_process() -> str:
    """The tag of runs of a process that has ended."""
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return f"process:{socket.gethostname()}:{gone.stdout.decode().strip()}"


def test_a_run_whose_process_is_gone_is_crashed() -> None:
    dead = open_run(dead_process())
    alive = open_run(process_tag())
    elsewhere = open_run(f"process:another-machine:{os.getpid()}")
    close_abandoned("its process is gone", served=True)
    assert (state_of(dead), state_of(alive), state_of(elsewhere)) == ("Crashed", "Running", "Running")


def test_a_process_that_has_ended_and_was_not_waited_for_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        assert wait_until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE, pause=0.01)
        run_id = open_run(f"process:{socket.gethostname()}:{child.pid}")
        close_abandoned("its process has ended", served=True)
    assert state_of(run_id) == "Crashed"


def test_when_all_were_ended_a_process_that_is_still_there_counts_as_gone() -> None:
    lingering = open_run(process_tag())
    elsewhere = open_run(f"process:another-machine:{os.getpid()}")
    close_abandoned("stopped", served=True, ended=True)
    assert (state_of(lingering), state_of(elsewhere)) == ("Crashed", "Running")


def test_a_run_that_opens_after_we_have_looked_is_closed_when_nobody_looks_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tag = dead_process()
    find = runs._find
    looks: list[list[FlowRun]] = []

    def look_and_be_overtaken(client: SyncPrefectClient, *types: StateType) -> list[FlowRun]:
        looks.append(find(client, *types))
        if len(looks) == 2:
            opened.append(open_run(tag))
        return looks[-1]

    opened: list[str] = []
    monkeypatch.setattr(runs, "_find", look_and_be_overtaken)
    close_abandoned("stopped", served=False)
    assert state_of(opened[0]) == "Crashed"


def test_what_a_dead_process_asked_for_last_does_not_open_its_run_again() -> None:
    run_id = open_run(dead_process())

    def ask_late() -> None:
        assert wait_until(lambda: state_of(run_id) == "Crashed", pause=0.01)
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(UUID(run_id), Running(), force=True)

    with ThreadPoolExecutor(1) as dead:
        asked = dead.submit(ask_late)
        close_abandoned("its process is gone", served=True)
        asked.result()
    assert state_of(run_id) == "Crashed"


def test_a_run_carries_its_process() -> None:
    with tags(process_tag()):
        state = nothing(return_state=True)
    assert state.is_completed()


@pytest.mark.search
def test_deployments(installed: Target) -> None:
    watch, manual, nightly = build_deployments(load_settings())
    assert (watch.flow_name, watch.name, manual.name) == ("ingest", "watch", "manual")
    assert (nightly.flow_name, nightly.name, nightly.entrypoint) == ("audit", "audit", "flows.served.audit")
    assert len(nightly.schedules or []) == 1
    assert watch.parameters["if_busy"] == "skip"
    assert [str(schedule.schedule) for schedule in watch.schedules or []]
    assert not manual.schedules
    assert watch.entrypoint == "flows.served.ingest"
