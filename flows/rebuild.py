"""The flows that change which indices serve: a new version of them all, and the way back to the one before."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from prefect import State, flow, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.deployments.runner import RunnerDeployment
from prefect.states import Completed, Failed
from prefect.types.entrypoint import EntrypointType

from flows.lock import Busy, hold
from flows.progress import report_progress
from flows.runs import leave_untagged
from flows.settings import Settings, load_settings
from tasks.cluster import Target, check_server
from tasks.errors import DaftarError
from tasks.rebuild import Passage, Swapped, count_documents
from tasks.steps import begin_rebuild, begin_rollback, compare_versions, fill_index, prune_versions, swap_versions

#: What is locked while versions are changed: the indices of this installation, not a folder.
_INDICES: Final = Path("indices")


@dataclass(frozen=True, slots=True)
class Turn:
    """A rebuild or a rollback that came to its end."""

    swapped: Swapped
    pruned: list[str]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The object that `daftar rebuild --json` and `daftar rollback --json` print."""
        return {**self.swapped.to_json(), "pruned": self.pruned, "seconds": round(self.seconds, 3)}


@flow(name="rebuild", flow_run_name="rebuild the indices", persist_result=False)
def rebuild(accept_losses: bool = False) -> State[Turn]:
    """Make a new version of every index beside the one that serves, and let it serve when it has everything.

    Args:
        accept_losses: Swap although sample searches find less than before.

    """

    def begin(settings: Settings, target: Target) -> list[Passage]:
        return begin_rebuild(
            target.prefix, target, settings.index_shards, settings.index_replicas, settings.index_refresh
        )

    return turn("Rebuilt", begin, accept_losses)


@flow(name="rollback", flow_run_name="roll the indices back", persist_result=False)
def rollback() -> State[Turn]:
    """Let the version before serve again, with everything that has been written since."""
    # Its searches were good enough before.
    return turn("RolledBack", lambda _, target: begin_rollback(target), accept=True)


def build_turns() -> list[RunnerDeployment]:
    """Both flows, to be started by hand."""
    made = [
        each.to_deployment("manual", description=each.description, entrypoint_type=EntrypointType.MODULE_PATH)
        for each in (rebuild, rollback)
    ]
    return [cast(RunnerDeployment, deployment) for deployment in made]


def turn(name: str, begin: Callable[[Settings, Target], list[Passage]], accept: bool) -> State[Turn]:
    """Go from one version to another, which `begin` makes ready."""
    settings = load_settings()
    try:
        with hold(settings.home, _INDICES, wait=False), leave_untagged():
            started = time.monotonic()
            target = settings.target(settings.find_elasticsearch())
            check_server(target)
            passages = begin(settings, target)
            copy_all(target, passages)
            samples = compare_versions(target, passages, accept)
            swapped = swap_versions(target, passages, samples)
            pruned = prune_versions(target)
            done = Turn(swapped, pruned, time.monotonic() - started)
    except Busy:
        return Failed(message="Another rebuild or rollback is under way. Wait for its end, then try again.")
    except DaftarError as error:
        get_run_logger().error("%s", error)
        return Failed(message=str(error))
    publish(done)
    return Completed(name=name, message=describe(done), data=done)


def copy_all(target: Target, passages: list[Passage]) -> None:
    """Fill one index after the other, and tell how far it is."""
    total = count_documents(target, passages)
    copied = 0

    def report(documents: int) -> None:
        nonlocal copied
        copied += documents
        report_progress(copied, max(copied, total))

    for passage in passages:
        passage.copier.report = report
        fill_index(passage.destination.index, passage)


def describe(done: Turn) -> str:
    """Say what serves now: `version 2 serves: 120 documents, 130 files; nothing could be written for 0.8 s`."""
    swapped = done.swapped
    *documents, files = (number for _, number in swapped.indices.values())
    lost = f", {len(swapped.samples.lost)} sample searches miss their document" if swapped.samples.lost else ""
    return (
        f"version {swapped.number} serves: {sum(documents)} documents, {files} files; "
        f"nothing could be written for {swapped.held:.1f} s{lost}"
    )


def publish(done: Turn) -> None:
    """Leave a table of the indices for the operator."""
    rows = [
        {"index": index, "replaces": former, "documents": number}
        for index, (former, number) in done.swapped.indices.items()
    ]
    create_table_artifact(rows, key="indices", description=describe(done))
