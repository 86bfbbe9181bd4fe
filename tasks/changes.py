"""The changes of a folder: found by comparing it with its ledger, and those carried out that need no reading."""

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tasks import index
from tasks.bulk import divide
from tasks.document import File
from tasks.errors import Misconfigured, Unavailable
from tasks.file_source import to_file_source
from tasks.holds import announce_holds, find_hold, let_go
from tasks.ignore import load_rules
from tasks.job import Job
from tasks.ledger import (
    Event,
    begin,
    entry_id,
    now,
    read_entries,
    read_ledger,
    read_quarantined,
    to_entry,
    write_entries,
)
from tasks.outcome import Kind, Outcome, Status
from tasks.paths import decode_path
from tasks.scan import Comparison, Entry, Known, compare, list_folder, settle

#: Above this share of the known files, and above this number, files that are gone are not taken for removed.
GUARD_SHARE: Final = 0.2
GUARD_FILES: Final = 10


@dataclass(slots=True)
class Changes:
    """What a run has to do about a folder; `unchanged` counts what it need not touch, by status.

    `known` are the paths among those to be read that the ledger had before.
    """

    to_read: list[File] = field(default_factory=list)
    waiting: list[File] = field(default_factory=list)
    renamed: list[tuple[Known, File]] = field(default_factory=list)
    ignored: list[Entry] = field(default_factory=list)
    unreadable: list[Entry] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    unchanged: dict[Status, int] = field(default_factory=dict)
    left: int = 0
    guarded: bool = False
    known: frozenset[str] = frozenset()


def find_changes(
    job: Job,
    limit: int,
    settling_time: float,
    exclude: Path | None = None,
    agrees: Callable[[Entry, Known], bool] | None = None,
) -> Changes:
    """Compare the folder with its ledger; at most `limit` files to read, the rest is counted in `left`.

    Files changed within `settling_time` seconds are looked at twice. `guarded` says that too many files are
    gone to believe it. `agrees` looks closer at files of unchanged size and time. Raises Misconfigured when the
    folder is not there and was never known.
    """
    folder = Path(job.folder)
    stamp = _stamp(folder)
    listing = list_folder(folder, load_rules(folder), exclude) if stamp else iter(())
    comparison = compare(listing, read_ledger(job.target, job.root), limit, agrees)
    if not stamp and not comparison.gone:
        raise Misconfigured(f"The folder {folder} is not there", "Name another one, or mount it and try again.")
    if _stamp(folder) != stamp:
        raise Unavailable(
            f"The folder {folder} went away while it was listed", "Mount it again; the next run carries on."
        )
    renamed = match_renames(folder, comparison.new, comparison.gone)
    moved = {file.path for _, file in renamed}
    left_behind = {known.path for known, _ in renamed}
    candidates = [file for file in comparison.new if file.path not in moved] + comparison.changed
    to_read, waiting = settle(folder, candidates, settling_time)
    gone = [known for known in comparison.gone if known.path not in left_behind]
    files_gone = sum(not known.path.endswith("/") for known in gone)
    return Changes(
        to_read=to_read,
        waiting=waiting,
        renamed=renamed,
        ignored=comparison.to_ignore,
        unreadable=comparison.unreadable,
        gone=gone,
        unchanged=comparison.unchanged,
        left=comparison.left,
        guarded=is_suspicious(comparison, files_gone),
        known=frozenset(file.path for file in comparison.changed),
    )


def find_failed(job: Job, limit: int, settling_time: float) -> Changes:
    """Find the files in quarantine that a run may try again; what became of the others the next comparison says.

    At most `limit` files, the rest is counted in `left`. Raises Misconfigured when the folder is not there.
    """
    folder = Path(job.folder)
    if not _stamp(folder):
        raise Misconfigured(f"The folder {folder} is not there", "Name another one, or mount it and try again.")
    rules = load_rules(folder)
    files: list[File] = []
    left = 0
    for entry in read_quarantined(job.target, job.root):
        path = entry["path"]
        try:
            status = os.lstat(folder / decode_path(path))
        except OSError:
            continue
        if path.endswith("/") or rules.reason(path, status.st_mode):
            continue
        if len(files) < limit:
            files.append(File(path, status.st_size, status.st_mtime_ns))
        else:
            left += 1
    to_read, waiting = settle(folder, files, settling_time)
    return Changes(to_read=to_read, waiting=waiting, left=left)


def _stamp(folder: Path) -> tuple[int, int] | None:
    """Tell one folder from another of the same name: what is mounted, and what is left when it is unmounted."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def is_suspicious(comparison: Comparison, gone: int) -> bool:
    """Say whether so many files are gone that the folder is rather unmounted than emptied."""
    if gone == 0:
        return False
    on_disk = len(comparison.new) + len(comparison.changed) + len(comparison.to_ignore)
    on_disk += len(comparison.unreadable) + comparison.left
    nothing_left = on_disk + sum(comparison.unchanged.values()) == 0
    return nothing_left or (gone > GUARD_FILES and gone > GUARD_SHARE * comparison.known)


def match_renames(folder: Path, new: list[File], gone: list[Known]) -> list[tuple[Known, File]]:
    """Pair files that are new with files that are gone and held the same bytes; only equal sizes are hashed."""
    by_size: dict[int, dict[str, list[Known]]] = defaultdict(lambda: defaultdict(list))
    for known in gone:
        if known.sha256 and not known.pending and known.status in (Status.INDEXED, Status.DUPLICATE):
            by_size[known.size][known.sha256].append(known)
    pairs = []
    for file in new:
        if file.size not in by_size:
            continue
        digest = hash_file(folder / decode_path(file.path))
        if digest and (same := by_size[file.size].get(digest)):
            pairs.append((same.pop(0), file))
    return pairs


def hash_file(path: Path) -> str | None:
    """The checksum of a file's bytes, or None when it cannot be read."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def move_files(job: Job, renamed: list[tuple[Known, File]]) -> list[Outcome]:
    """Carry out renames: the document gets the new path and nothing else, the ledger both halves of the story.

    A pair whose old path another run has taken care of meanwhile is left for the next comparison.
    """
    outcomes: list[Outcome] = []
    for chunk in divide(renamed):
        entries = read_entries(
            job.target, job.root, [path for known, file in chunk for path in (known.path, file.path)]
        )
        pairs = [
            (entry, hold, file)
            for known, file in chunk
            if (entry := entries.get(known.path)) and (hold := find_hold(job.root, entry))
        ]
        announce_holds(job, [(entry, [hold]) for entry, hold, _ in pairs])
        announce_holds(job, [(entries.get(file.path) or begin(job.root, file), [hold]) for _, hold, file in pairs])
        moves = [
            (hold, entry_id(job.root, file.path), to_file_source(file, entry["sha256"], ""))
            for entry, hold, file in pairs
        ]
        written = []
        for (entry, hold, file), owned in zip(pairs, index.move(job.target, moves), strict=True):
            status = Status.INDEXED if owned else Status.DUPLICATE
            outcome = Outcome(file.path, Kind.RENAMED, hold.document_id, hold.language)
            event = Event(now(), job.run_id, "scan", "renamed", f"from {entry['path']}")
            facts: dict[str, Any] = {"size": file.size, "mtime_ns": file.mtime_ns}
            written.append(to_entry(job.root, outcome, status, entry, [event], facts))
            written.append(_closed(job, entry["path"], entry, "renamed", f"to {file.path}"))
            outcomes.append(outcome)
        write_entries(job.target, written)
    return outcomes


def remove_files(job: Job, gone: list[Known]) -> list[Outcome]:
    """Carry out removals: documents without a file are no longer current, the ledger keeps the story.

    A directory that could not be listed and now can is closed in the ledger, and is no outcome.
    """
    outcomes: list[Outcome] = []
    for chunk in divide(gone):
        entries = read_entries(job.target, job.root, [known.path for known in chunk])
        let_go(job, entries.values())
        write_entries(
            job.target,
            [_closed(job, known.path, entries.get(known.path, {}), "removed", "") for known in chunk],
        )
        outcomes.extend(
            Outcome(known.path, Kind.REMOVED, known.document_id) for known in chunk if not known.path.endswith("/")
        )
    return outcomes


def _closed(job: Job, path: str, entry: dict[str, Any], what: str, reason: str) -> dict[str, Any]:
    event = Event(now(), job.run_id, "scan", what, reason)
    facts: dict[str, Any] = {name: entry[name] for name in ("size", "mtime_ns") if name in entry}
    return to_entry(job.root, Outcome(path, Kind.REMOVED), Status.REMOVED, entry, [event], facts)
