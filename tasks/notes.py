"""What is not read is written down all the same: ignored, still being written, or out of reach."""

from typing import Any

from tasks.bulk import divide
from tasks.document import File
from tasks.holds import let_go
from tasks.job import Job
from tasks.ledger import Event, now, read_entries, to_entry, write_entries
from tasks.outcome import Kind, Outcome, Status
from tasks.scan import Entry


def note_ignored(job: Job, ignored: list[Entry]) -> list[Outcome]:
    """Write down the files that are ignored by rule; a document that stood for one is no longer current."""
    outcomes: list[Outcome] = []
    for chunk in divide(ignored):
        entries = read_entries(job.target, job.root, [entry.file.path for entry in chunk])
        let_go(job, entries.values())
        written = []
        for found in chunk:
            reason = found.ignored or ""
            outcome = Outcome(found.file.path, Kind.IGNORED, step="scan", reason=reason)
            event = Event(now(), job.run_id, "scan", Status.IGNORED, reason)
            known = _without_document(entries.get(found.file.path, {}))
            written.append(_entry(job, outcome, Status.IGNORED, known, event, found.file))
            outcomes.append(outcome)
        write_entries(job.target, written)
    return outcomes


def note_waiting(job: Job, files: list[File]) -> list[Outcome]:
    """Write down files that are still being written; one that has a document keeps it until it stands still."""
    outcomes: list[Outcome] = []
    for chunk in divide(files):
        entries = read_entries(job.target, job.root, [file.path for file in chunk])
        written = []
        for file in chunk:
            outcome = Outcome(file.path, Kind.WAITING, step="scan", reason="still being written")
            outcomes.append(outcome)
            known = entries.get(file.path, {})
            if known.get("status") not in (Status.INDEXED, Status.DUPLICATE):
                event = Event(now(), job.run_id, "scan", Status.WAITING, outcome.reason)
                written.append(_entry(job, outcome, Status.WAITING, known, event, file))
        write_entries(job.target, written)
    return outcomes


def note_unreadable(job: Job, directories: list[Entry]) -> list[Outcome]:
    """Write down the directories that cannot be listed, in quarantine; what is known below them stays as it is."""
    outcomes: list[Outcome] = []
    for chunk in divide(directories):
        entries = read_entries(job.target, job.root, [entry.file.path for entry in chunk])
        written = []
        for found in chunk:
            outcome = Outcome(
                found.file.path,
                Kind.QUARANTINED,
                step="scan",
                reason=f"{found.unreadable}; the files known below it are left as they were",
                advice="Give daftar's user the right to list it, or name it in .daftarignore.",
            )
            event = Event(now(), job.run_id, "scan", Status.QUARANTINED, outcome.reason, outcome.advice)
            written.append(
                _entry(job, outcome, Status.QUARANTINED, entries.get(found.file.path, {}), event, found.file)
            )
            outcomes.append(outcome)
        write_entries(job.target, written)
    return outcomes


def _entry(
    job: Job, outcome: Outcome, status: Status, known: dict[str, Any], event: Event, file: File
) -> dict[str, Any]:
    return to_entry(job.root, outcome, status, known, [event], {"size": file.size, "mtime_ns": file.mtime_ns})


def _without_document(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in ("document_id", "sha256", "language")}
