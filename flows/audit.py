"""The audit: disk, ledger and documents compared in full, what differs listed and mended."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from prefect import State, flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed

from flows.batches import RUN_FILES
from flows.folder import name_after_folder, take_folder
from flows.ingest import carry_out, ingest_all, open_job
from flows.report import ask_confirmation
from flows.settings import Settings
from tasks.audit import Difference, Kind, list_changes
from tasks.document import File
from tasks.index import refresh
from tasks.job import Job
from tasks.outcome import Kind as End
from tasks.outcome import Outcome
from tasks.paths import display_path
from tasks.steps import mend_documents, verify_documents, verify_files

#: Differences that the artifact and the command line show; the numbers are of all.
ROWS: Final = 200

_DOCUMENTS: Final = frozenset({Kind.UNHELD, Kind.TWICE, Kind.HOLDERS, Kind.CURRENT, Kind.OWNER})


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found, and which of it is mended; `left` more were found and neither listed nor mended."""

    run_id: str
    differences: tuple[Difference, ...] = field(repr=False)
    mended: frozenset[Difference] = field(repr=False)
    seconds: float
    left: int = 0
    withheld: int = 0

    @property
    def remaining(self) -> int:
        """How many differences are not mended."""
        return len(self.differences) - len(self.mended) + self.left

    def to_json(self) -> dict[str, Any]:
        """The object under `audit` that `daftar status --audit --json` prints."""
        return {
            "run_id": self.run_id,
            "total": len(self.differences) + self.left,
            "mended": len(self.mended),
            "kinds": dict(Counter(difference.kind.value for difference in self.differences)),
            "differences": [
                {
                    "kind": difference.kind.value,
                    "path": difference.path,
                    "document_id": difference.document_id,
                    "detail": difference.detail,
                    "mended": difference in self.mended,
                }
                for difference in self.differences
            ],
            "seconds": round(self.seconds, 3),
        }


@flow(name="audit", flow_run_name=name_after_folder("audit"), persist_result=False)
def audit(
    folder: str | None = None,
    mend: bool = True,
    confirm_removals: bool = False,
    if_busy: Literal["wait", "skip"] = "wait",
) -> State[Audit]:
    """Compare a folder, its ledger and the documents in full; list what differs and mend it.

    Also makes documents again that an older version of the pipeline made, and tries again what failed for a reason
    that may have passed.

    Args:
        folder: The folder; without it the one that is set (DAFTAR_FOLDER).
        mend: Mend what differs; without it, only list it.
        confirm_removals: Believe it when more than a fifth of the known files are gone.
        if_busy: Whether to wait or to skip when another run has this folder.

    """
    return take_folder(folder, if_busy, lambda settings: run(settings, mend, confirm_removals))


def run(settings: Settings, mend: bool, confirm_removals: bool) -> State[Audit]:
    """One audit of the folder of the settings, which nobody else is working on."""
    started = time.monotonic()
    job = open_job(settings)
    label = settings.folder.name
    changes = verify_files(label, job, RUN_FILES, settings.settle, settings.home)
    withheld = len(changes.gone) if changes.guarded and not confirm_removals else 0
    differences = list_changes(changes)
    if withheld:
        changes = replace(changes, gone=[])
    mended: set[Difference] = set()
    if mend:
        ended = carry_out(job, changes, None, settings.workers)
        mended.update(of_files(differences, ended, {known.path for known, _ in changes.renamed}))
    findings = verify_documents(label, job, RUN_FILES)
    if mend:
        mended.update(mend_findings(job, findings.differences, findings.to_correct, findings.to_read, settings.workers))
    differences += findings.differences
    seconds = time.monotonic() - started
    result = Audit(job.run_id, tuple(differences), frozenset(mended), seconds, changes.left + findings.left, withheld)
    if differences:
        publish(result, str(settings.folder))
    return conclude(result)


def mend_findings(
    job: Job, differences: list[Difference], to_correct: list[tuple[str, str]], to_read: list[File], workers: int
) -> Iterator[Difference]:
    """Put documents right and make others again from their files; yields what is mended."""
    right = set(mend_documents(Path(job.folder).name, job, to_correct)) if to_correct else set()
    outcomes = ingest_all(replace(job, rewrite=True), to_read, None, workers) if to_read else []
    done = {outcome.path for outcome in outcomes if outcome.kind is not End.WAITING}
    if right or outcomes:
        refresh(job.target)
    for difference in differences:
        if difference.document_id in right if difference.kind in _DOCUMENTS else difference.path in done:
            yield difference


def of_files(differences: list[Difference], outcomes: Iterable[Outcome], renamed: set[str]) -> Iterator[Difference]:
    """Yield the differences between folder and ledger that these outcomes have mended."""
    done = renamed | {outcome.path for outcome in outcomes if outcome.kind is not End.WAITING}
    return (difference for difference in differences if difference.path in done)


def conclude(result: Audit) -> State[Audit]:
    """Choose the final state: its name says how the audit ended, its message the numbers."""
    if result.withheld:
        return ask_confirmation(result, result.withheld, "say `daftar ingest --confirm-removals`.")
    if not result.differences:
        return Completed(name="NothingDiffers", message="folder, ledger and documents agree", data=result)
    message = f"{len(result.differences) + result.left} differences, {len(result.mended)} mended"
    return Completed(name="Differences" if result.remaining else "Mended", message=message, data=result)


def publish(result: Audit, folder: str) -> None:
    """Leave the list of differences as an artifact, those that remain first."""
    rows = [
        {
            "difference": difference.kind.value.replace("_", " "),
            "file": display_path(difference.path),
            "document": difference.document_id,
            "detail": difference.detail,
            "mended": "yes" if difference in result.mended else "no",
        }
        for difference in sorted(result.differences, key=lambda each: each in result.mended)[:ROWS]
    ]
    more = len(result.differences) + result.left - len(rows)
    note = f"{more} more are not shown" if more > 0 else "all that differed"
    create_table_artifact(rows, key="audit-differences", description=f"{folder}: {note}")
