"""The steps as Prefect tasks: names for the operator, retries for what may pass, nothing else.

What a step does is in its own module; those that need language data are imported when the first file has to be
read, so that a run that finds nothing stays cheap.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from tasks import changes, notes, rebuild
from tasks.cluster import Target
from tasks.comparison import Samples
from tasks.document import File
from tasks.errors import Unavailable
from tasks.job import Job
from tasks.outcome import Outcome
from tasks.paths import display_path
from tasks.scan import Entry, Known

if TYPE_CHECKING:
    from tasks.audit import Findings
    from tasks.batch import Steps

P = ParamSpec("P")
R = TypeVar("R")


def is_passing(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Say whether a failed task is worth another try: only what Elasticsearch could not do just now."""
    return isinstance(state.result(raise_on_failure=False), Unavailable)


def count_retries(seconds: float) -> int:
    """How many tries, each after twice the time, take at least so long: `count_retries(60) == 6` (1 + 2 + … + 32)."""
    return math.ceil(math.log2(seconds + 1))


def be_patient(seconds: float) -> None:
    """Let every step wait about so many seconds for an Elasticsearch that does not answer, before the run fails."""
    for step in (
        scan, find_failed, verify_files, verify_documents, mend_documents, ingest_batch,
        move_files, remove_files, note_ignored, note_unreadable, note_waiting,
    ):  # fmt: skip
        step.retries = count_retries(seconds)
        step.retry_delay_seconds = [float(2**number) for number in range(step.retries)]


def patient(name: str, label: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a task that waits and tries again (after about 1, 2, 4, 8… seconds) when Elasticsearch is unavailable."""
    return task(
        name=name,
        task_run_name=label,
        retries=count_retries(60),
        retry_delay_seconds=exponential_backoff(backoff_factor=1),
        retry_jitter_factor=0.5,
        retry_condition_fn=is_passing,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


@patient("scan", "scan {label}")
def scan(label: str, job: Job, limit: int, settling_time: float, exclude: Path) -> changes.Changes:  # noqa: ARG001 (in the name)
    """Compare the folder with its ledger."""
    return changes.find_changes(job, limit, settling_time, exclude)


@patient("scan", "scan the quarantine of {label}")
def find_failed(label: str, job: Job, limit: int, settling_time: float) -> changes.Changes:  # noqa: ARG001 (in the name)
    """Find the files in quarantine that may be tried again."""
    return changes.find_failed(job, limit, settling_time)


@patient("verify", "verify the files of {label}")
def verify_files(label: str, job: Job, limit: int, settling_time: float, exclude: Path) -> changes.Changes:  # noqa: ARG001 (in the name)
    """Compare the folder with its ledger, the bytes of every file included."""
    from tasks.audit import agrees

    return changes.find_changes(job, limit, settling_time, exclude, partial(agrees, job))


@patient("verify", "verify the documents of {label}")
def verify_documents(label: str, job: Job, limit: int) -> "Findings":  # noqa: ARG001 (in the name)
    """Compare the whole ledger with all documents."""
    from tasks.audit import find_differences

    return find_differences(job, limit)


@patient("mend", "mend documents of {label}")
def mend_documents(label: str, job: Job, wrong: list[tuple[str, str]]) -> list[str]:  # noqa: ARG001 (in the name)
    """Put documents right by the ledger; returns the ids of those that are."""
    from tasks.mending import mend

    return mend(job, wrong)


@patient("ingest", "ingest {label}")
def ingest_batch(label: str, job: Job, files: list[File], by_step: bool) -> list[Outcome]:
    """Take a batch of files through the five steps; `by_step` makes each step of it a task run of its own."""
    from tasks.batch import Steps, ingest_files
    from tasks.enrich import warm

    warm()
    steps = name_steps(Steps(), label) if by_step else Steps()
    return ingest_files(job, files, steps)


@patient("rename", "rename {label}")
def move_files(label: str, job: Job, renamed: list[tuple[Known, File]]) -> list[Outcome]:  # noqa: ARG001 (in the name)
    """Give the documents of renamed files their new paths."""
    return changes.move_files(job, renamed)


@patient("remove", "remove {label}")
def remove_files(label: str, job: Job, gone: list[Known]) -> list[Outcome]:  # noqa: ARG001 (in the name)
    """Take the documents of removed files out of the search."""
    return changes.remove_files(job, gone)


@patient("note", "note what is ignored in {label}")
def note_ignored(label: str, job: Job, ignored: list[Entry]) -> list[Outcome]:  # noqa: ARG001 (in the name)
    """Write down the files that are ignored by rule, and let go of the documents that stood for them."""
    return notes.note_ignored(job, ignored)


@patient("note", "note what cannot be listed in {label}")
def note_unreadable(label: str, job: Job, directories: list[Entry]) -> list[Outcome]:  # noqa: ARG001 (in the name)
    """Write down the directories that cannot be listed; what is known below them is left as it is."""
    return notes.note_unreadable(job, directories)


@patient("note", "note what waits in {label}")
def note_waiting(label: str, job: Job, waiting: list[File]) -> list[Outcome]:  # noqa: ARG001 (in the name)
    """Write down the files that are still being written."""
    return notes.note_waiting(job, waiting)


def name_steps(steps: "Steps", label: str) -> "Steps":
    """Wrap each step in a task named after itself and the file: `read khabar.txt`, `detect khabar.txt`."""

    def named(name: str, step: Callable[P, R]) -> Callable[P, R]:
        run_name = f"{name} {escape_braces(label)}"
        return task(name=name, task_run_name=run_name, cache_policy=NO_CACHE, persist_result=False)(step)

    return replace(
        steps,
        read=named("read", steps.read),
        detect=named("detect", steps.detect),
        normalize=named("normalize", steps.normalize),
        enrich=named("enrich", steps.enrich),
        store=named("index", steps.store),
    )


def escape_braces(label: str) -> str:
    """Keep Prefect from reading a file's name as a template: `escape_braces("{x}") == "{{x}}"`."""
    return label.replace("{", "{{").replace("}", "}}")


def name_batch(files: list[File], number: int, batches: int) -> str:
    """Name a batch for the operator: the file itself when it is one, else its place among the batches."""
    if len(files) == 1:
        return display_path(files[0].path)
    return f"batch {number} of {batches}, {len(files)} files"


@patient("begin", "begin the next version of {label}")
def begin_rebuild(label: str, target: Target, shards: int, replicas: str, refresh: str) -> list[rebuild.Passage]:  # noqa: ARG001 (in the name)
    """Make the next version of every index, empty."""
    return rebuild.begin_rebuild(target, shards, replicas, refresh)


@patient("begin", "begin the way back")
def begin_rollback(target: Target) -> list[rebuild.Passage]:
    """Make the version before ready to take up what has been written since."""
    return rebuild.begin_rollback(target)


@patient("copy", "copy {label}")
def fill_index(label: str, passage: rebuild.Passage) -> None:  # noqa: ARG001 (in the name)
    """Copy the documents of one index, and what changes meanwhile."""
    rebuild.fill(passage)


@patient("compare", "compare sample searches")
def compare_versions(target: Target, passages: list[rebuild.Passage], accept: bool) -> Samples:
    """Ask both versions the same questions."""
    return rebuild.compare(target, passages, accept)


@patient("swap", "swap the aliases")
def swap_versions(target: Target, passages: list[rebuild.Passage], samples: Samples) -> rebuild.Swapped:
    """Take up the last changes and let the new versions serve."""
    return rebuild.swap(target, passages, samples)


@patient("prune", "prune older versions")
def prune_versions(target: Target) -> list[str]:
    """Delete the versions that nobody needs any more."""
    return rebuild.prune(target)
