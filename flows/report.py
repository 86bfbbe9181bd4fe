"""What a run says at its end: the sums, the named state, and the artifacts an operator opens."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, TypeVar

from prefect import State
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.events import emit_event
from prefect.states import Completed, Failed

from flows.automations import QUARANTINED
from tasks.ledger import entry_id
from tasks.outcome import Kind, Outcome, Status, Sums, count
from tasks.paths import display_path

#: Rows of the table artifact; the server keeps every artifact, and nobody reads further.
ROWS: Final = 200

_SHOWN_FIRST: Final = (
    Kind.QUARANTINED,
    Kind.WAITING,
    Kind.NEW,
    Kind.CHANGED,
    Kind.RENAMED,
    Kind.REMOVED,
    Kind.DUPLICATE,
)
_KIND_OF_STATUS: Final = {
    Status.INDEXED: Kind.UNCHANGED,
    Status.DUPLICATE: Kind.UNCHANGED,
    Status.QUARANTINED: Kind.QUARANTINED,
    Status.IGNORED: Kind.IGNORED,
    Status.WAITING: Kind.WAITING,
}

#: Files whose documents a run puts on the search page anew, and how many of them its summary links to.
_ADDED: Final = (Kind.NEW, Kind.CHANGED)
_LINKS: Final = 20
_MARKDOWN: Final = re.compile(r"[\\`*_{}\[\]()<>#+.!|~&-]")

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Report:
    """One run: all its sums, and the outcomes of the files it did something about."""

    run_id: str
    sums: Sums
    seconds: float
    left: int = 0
    withheld: int = 0
    outcomes: tuple[Outcome, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """The object that `daftar ingest --json` prints."""
        return {"run_id": self.run_id, **asdict(self.sums), "seconds": round(self.seconds, 3)}

    @property
    def failures(self) -> list[Outcome]:
        """The files that this run put into quarantine."""
        return [outcome for outcome in self.outcomes if outcome.kind is Kind.QUARANTINED]

    @property
    def tried(self) -> int:
        """How many files this run read, or tried to."""
        return sum(outcome.kind not in (Kind.REMOVED, Kind.RENAMED, Kind.IGNORED) for outcome in self.outcomes)

    def follow(self, earlier: "Report") -> "Report":
        """Add an earlier run that had left files for this one: together they are one account of the folder."""
        done = replace(earlier.sums, quarantined=0, ignored=0, waiting=0, unchanged=0)
        settled = done.new + done.changed + done.renamed + done.duplicate
        sums = self.sums + done
        return replace(
            self,
            sums=replace(sums, unchanged=sums.unchanged - settled),
            seconds=self.seconds + earlier.seconds,
            outcomes=earlier.outcomes + self.outcomes,
        )


def summarize(
    run_id: str,
    outcomes: list[Outcome],
    unchanged: dict[Status, int],
    seconds: float,
    left: int,
    withheld: int,
) -> Report:
    """Add up a run: what it did, and what it found as the ledger has it."""
    sums = count(outcome.kind for outcome in outcomes)
    for status, number in unchanged.items():
        sums += Sums(**{_KIND_OF_STATUS[status].value: number})
    return Report(run_id, sums, seconds, left, withheld, tuple(outcomes))


def ask_confirmation(result: Result, withheld: int, advice: str) -> State[Result]:
    """Return the state of a run that left `withheld` files unremoved; `advice` says how they are removed."""
    message = (
        f"{withheld} files are gone; nothing was removed. Is the folder mounted? If they are really gone, {advice}"
    )
    return Failed(name="NeedsConfirmation", message=message, data=result)


def conclude(report: Report) -> State[Report]:
    """Choose the final state: its name says how the run ended, its message the numbers."""
    if report.withheld:
        return ask_confirmation(report, report.withheld, "run again with confirm_removals.")
    if not report.sums.touched and not report.failures and not report.left:
        return Completed(name="NothingNew", message=f"{report.sums.unchanged} unchanged", data=report)
    name = "PartialSuccess" if report.failures else "Completed"
    return Completed(name=name, message=describe(report), data=report)


def describe(report: Report) -> str:
    """Say the numbers that are not zero, new and failed always: `5 new, 1 renamed, 0 failed`."""
    sums = asdict(report.sums)
    middle = [
        f"{sums[name]} {name}" for name in ("changed", "renamed", "removed", "duplicate", "waiting") if sums[name]
    ]
    end = [f"{len(report.failures)} failed"] + ([f"{report.left} left for the next run"] if report.left else [])
    return ", ".join([f"{report.sums.new} new", *middle, *end])


def publish(report: Report, folder: str, page_url: str) -> None:
    """Leave the run's artifacts: a table of its files, failures first, and the sums with links to the search page."""
    shown = sorted(report.outcomes, key=lambda outcome: _rank(outcome.kind))[:ROWS]
    rows = [
        {
            "file": display_path(outcome.path),
            "outcome": outcome.kind.value,
            "language": outcome.language or "",
            "title": outcome.title,
            "step": outcome.step,
            "reason": outcome.reason,
            "advice": outcome.advice,
        }
        for outcome in shown
    ]
    for outcome in report.failures:
        emit_event(
            QUARANTINED,
            resource={"prefect.resource.id": f"daftar.file.{entry_id(folder, outcome.path)}"},
            payload={"file": display_path(outcome.path), "step": outcome.step, "reason": outcome.reason},
        )
    more = len(report.outcomes) - len(rows)
    note = f"{more} more files are not shown" if more > 0 else "every file of the run"
    create_table_artifact(rows, key="ingest-files", description=f"{folder}: {note}")
    lines = [f"**{folder}**: {describe(report)}", "", "| | files |", "|---|---|"]
    lines += [f"| {name} | {number} |" for name, number in asdict(report.sums).items()]
    lines += ["", *link_documents(shown, page_url.rstrip("/"))]
    create_markdown_artifact("\n".join(lines), key="ingest-summary", description=f"Sums of {folder}")


def link_documents(outcomes: Sequence[Outcome], page_url: str) -> list[str]:
    """Return lines of Markdown that lead to the search page, and to the first documents that a run has added there."""
    added = [one for one in outcomes if one.kind in _ADDED and one.document_id][:_LINKS]
    links = [f"- [{_escape(one.title or one.path)}]({page_url}/documents/{one.document_id})" for one in added]
    return [f"[Search page]({page_url}/)", "", *links]


def _escape(text: str) -> str:
    """Write a title so that nothing in it is taken for Markdown or HTML."""
    return _MARKDOWN.sub(r"\\\g<0>", " ".join(display_path(text).split()))


def _rank(kind: Kind) -> int:
    return _SHOWN_FIRST.index(kind) if kind in _SHOWN_FIRST else len(_SHOWN_FIRST)
