"""The flow: compare the folder with its ledger, read what changed in batches, carry out what moved or went."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Literal

from prefect import State, flow, get_run_logger
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run

from flows.batches import FILES_BY_STEP, RUN_FILES, choose_sizes, cut, split
from flows.folder import name_after_folder, take_folder
from flows.progress import report_progress
from flows.report import Report, conclude, publish, summarize
from flows.settings import Settings
from tasks.breaker import Breaker
from tasks.changes import Changes
from tasks.cluster import check_server, install
from tasks.document import File
from tasks.index import refresh
from tasks.indices import check_templates, reopen_abandoned
from tasks.job import Job
from tasks.outcome import Kind, Outcome
from tasks.paths import encode_path
from tasks.steps import (
    find_failed,
    ingest_batch,
    move_files,
    name_batch,
    note_ignored,
    note_unreadable,
    note_waiting,
    remove_files,
    scan,
)

#: So many files of a run keep their names to its end; the names of 100,000 would take 100 MB.
NAMED = 1_000
_NAMELESS = {kind: Outcome("", kind) for kind in Kind}


@flow(name="ingest", flow_run_name=name_after_folder("ingest"), persist_result=False)
def ingest(
    folder: str | None = None,
    confirm_removals: bool = False,
    batch_size: int | None = None,
    if_busy: Literal["wait", "skip"] = "wait",
    only_failed: bool = False,
) -> State[Report]:
    """Make a folder of Persian and Arabic pages searchable, and keep its ledger.

    Args:
        folder: The folder; without it the one that is set (DAFTAR_FOLDER).
        confirm_removals: Believe it when more than a fifth of the known files are gone.
        batch_size: Files of one batch; without it chosen by their number.
        if_busy: Whether to wait or to skip when another run has this folder.
        only_failed: Try the files in quarantine again, and look at nothing else.

    """
    return take_folder(folder, if_busy, lambda settings: run(settings, confirm_removals, batch_size, only_failed))


def run(settings: Settings, confirm_removals: bool, batch_size: int | None, only_failed: bool) -> State[Report]:
    """One run over the folder of the settings, which nobody else is working on."""
    started = time.monotonic()
    job = open_job(settings)
    label = settings.folder.name
    if only_failed:
        changes = find_failed(label, job, RUN_FILES, settings.settle)
    else:
        changes = scan(label, job, RUN_FILES, settings.settle, settings.home)
    withheld = len(changes.gone) if changes.guarded and not confirm_removals else 0
    outcomes = carry_out(job, replace(changes, gone=[]) if withheld else changes, batch_size, settings.workers)
    seconds = time.monotonic() - started
    report = summarize(job.run_id, outcomes, changes.unchanged, seconds, changes.left, withheld)
    if outcomes or withheld:
        publish(report, str(settings.folder), settings.find_page_url())
    return conclude(report)


def carry_out(job: Job, changes: Changes, batch_size: int | None, workers: int) -> list[Outcome]:
    """Do what the changes of a folder ask for; returns an outcome for each of them."""
    label = Path(job.folder).name
    outcomes: list[Outcome] = []
    if changes.renamed:
        outcomes += move_files(label, job, changes.renamed)
    if changes.gone:
        outcomes += remove_files(label, job, changes.gone)
    if changes.ignored:
        outcomes += note_ignored(label, job, changes.ignored)
    if changes.unreadable:
        outcomes += note_unreadable(label, job, changes.unreadable)
    # Only now: a text whose file was written over another has been let go, and is no duplicate of itself.
    outcomes += ingest_all(job, changes.to_read, batch_size, workers)
    if changes.waiting:
        outcomes += note_waiting(label, job, changes.waiting)
    if outcomes:
        refresh(job.target)
    return outcomes


def open_job(settings: Settings) -> Job:
    """Check the server and put daftar's indices in place."""
    target = settings.target(settings.find_elasticsearch())
    check_server(target)
    check_templates(target)
    for index in reopen_abandoned(target):
        get_run_logger().warning("%s had been left closed for writing by a rebuild that was killed", index)
    install(target, settings.index_shards, settings.index_replicas, settings.index_refresh)
    return Job(
        folder=str(settings.folder),
        root=encode_path(str(settings.folder)),
        target=target,
        run_id=str(flow_run.get_id() or ""),
        file_limit=settings.file_limit,
    )


def ingest_all(job: Job, files: list[File], batch_size: int | None, workers: int) -> list[Outcome]:
    """Take the files through the steps, a few batches at a time, so that a fault stops the rest at once."""
    by_step = len(files) <= FILES_BY_STEP
    sizes = cut(len(files), batch_size) if batch_size else choose_sizes(len(files))
    batches = list(split(files, sizes))
    outcomes: list[Outcome] = []
    under_way: list[PrefectFuture[list[Outcome]]] = []
    breaker = Breaker()

    def take(future: PrefectFuture[list[Outcome]]) -> None:
        ended = future.result()
        outcomes.extend(ended if len(outcomes) < NAMED else map(forget, ended))
        report_progress(len(outcomes), len(files))
        breaker.watch(ended)
        # Prefect keeps every result of a flow's tasks to its end.
        ended.clear()

    for number, batch in enumerate(batches, start=1):
        if len(under_way) >= 2 * workers:
            take(under_way.pop(0))
        label = name_batch(batch, number, len(batches))
        under_way.append(ingest_batch.submit(label, job, batch, by_step))
    for future in under_way:
        take(future)
    return outcomes


def forget(outcome: Outcome) -> Outcome:
    """Return what counts of an outcome that no table will show; all of one kind are one object."""
    return outcome if outcome.reason else _NAMELESS[outcome.kind]
