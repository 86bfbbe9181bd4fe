"""Runs that nobody works on any more."""

import os
import socket
import subprocess
import sys

import pytest
from prefect import flow, tags
from prefect.client.orchestration import get_client
from prefect.states import Running

from flows.deployments import build_deployments
from flows.runs import close_abandoned, process_tag
from flows.settings import load_settings
from tasks.cluster import Target

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


def test_a_run_whose_process_is_gone_is_crashed() -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = open_run(f"process:{socket.gethostname()}:{gone.stdout.decode().strip()}")
    alive = open_run(process_tag())
    elsewhere = open_run(f"process:another-machine:{os.getpid()}")
    close_abandoned("its process is gone", served=True)
    assert (state_of(dead), state_of(alive), state_of(elsewhere)) == ("Crashed", "Running", "Running")


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
