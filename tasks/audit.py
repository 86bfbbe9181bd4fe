"""Compare what cannot be out of step, and say where it is: disk with ledger, ledger with documents.

Nothing is changed here. The streams are sorted alike and merged, so memory does not grow with the archive; what looks
wrong in them, read at two moments, is looked at once more as it is now before it is called a difference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tasks.bulk import divide
from tasks.cases import HOLDING, Case, id_of, read_cases, stream_cases
from tasks.changes import Changes, hash_file
from tasks.cluster import INDEX_LANGUAGES, Target
from tasks.document import File
from tasks.errors import DaftarError
from tasks.job import PIPELINE_VERSION, Job
from tasks.outcome import Status
from tasks.paths import decode_path
from tasks.scan import Entry, Known

Json = dict[str, Any]

#: A file that failed after it was read is tried again so often by audits; then only when it changes, or by hand.
ATTEMPTS: Final = 5


class Kind(StrEnum):
    """What differs. The first are files, the others documents."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"
    MISSING = "missing_document"
    UNHELD = "unheld_document"
    TWICE = "held_twice"
    HOLDERS = "wrong_holders"
    CURRENT = "wrong_current"
    OWNER = "wrong_owner"
    OUTDATED = "outdated"


#: What is mended by making the document again from its file; the rest by correcting the document.
MADE_AGAIN: Final = frozenset({Kind.MISSING, Kind.OUTDATED})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be, named by its file, its document or both."""

    kind: Kind
    path: str = ""
    document_id: str = ""
    detail: str = ""


@dataclass(slots=True)
class Findings:
    """What differs between ledger and documents, and what mends it."""

    differences: list[Difference] = field(default_factory=list)
    to_correct: list[tuple[str, str]] = field(default_factory=list)
    to_read: list[File] = field(default_factory=list)
    left: int = 0


def agrees(job: Job, entry: Entry, known: Known) -> bool:
    """Say whether the ledger is right about a file of unchanged size and time: by its bytes, or by reading it."""
    path = Path(job.folder) / decode_path(known.path)
    if known.status in HOLDING:
        return hash_file(path) in (None, known.sha256)
    if known.status is not Status.QUARANTINED or known.path.endswith("/"):
        return True
    if known.step != "read":
        return known.attempts >= ATTEMPTS
    from tasks.read import read

    try:
        read(Path(job.folder), entry.file, job.file_limit)
    except DaftarError:
        return True
    return False


def list_changes(changes: Changes) -> list[Difference]:
    """Say where folder and ledger differ."""
    found = [Difference(Kind.GONE, known.path) for known in changes.gone]
    found += [Difference(Kind.GONE, known.path, detail=f"now {file.path}") for known, file in changes.renamed]
    found += [Difference(Kind.IGNORED, entry.file.path, detail=entry.ignored or "") for entry in changes.ignored]
    found += [
        Difference(Kind.UNREADABLE, entry.file.path, detail=entry.unreadable or "") for entry in changes.unreadable
    ]
    for file in [*changes.to_read, *changes.waiting]:
        found.append(Difference(Kind.CHANGED if file.path in changes.known else Kind.NEW, file.path))
    return found


def find_differences(job: Job, limit: int) -> Findings:
    """Compare the whole ledger with all documents; at most `limit` differences, the rest is counted in `left`."""
    findings = Findings()
    for language in INDEX_LANGUAGES:
        for suspects in divide(_find_suspects(job.target, language)):
            for case in read_cases(job.target, language, suspects):
                _add(findings, job.root, case, limit)
    return findings


def _add(findings: Findings, root: str, case: Case, limit: int) -> None:
    mine = [entry for entry in case.entries if entry["root"] == root]
    for kind in judge(case):
        if kind in MADE_AGAIN and not mine:
            # Another folder's: its own audit can read the files.
            continue
        if len(findings.differences) >= limit:
            findings.left += 1
        elif kind in MADE_AGAIN:
            findings.to_read += [File(entry["path"], entry["size"], entry["mtime_ns"]) for entry in mine]
            findings.differences += [Difference(kind, entry["path"], case.document_id) for entry in mine]
        else:
            findings.to_correct.append((case.language, case.document_id))
            paths = (case.document or {}).get("paths") or [""]
            findings.differences.append(Difference(kind, paths[0], case.document_id, _explain(kind, case)))


def judge(case: Case) -> list[Kind]:
    """Say what is wrong with a document and its entries; an old version that nobody holds is as it should be."""
    document, entries = case.document, case.entries
    if document is None:
        return [Kind.MISSING] if entries else []
    holders, paths = document.get("holders") or [], document.get("paths") or []
    expected = {id_of(entry): entry["path"] for entry in entries}
    found = []
    if len(set(holders)) < len(holders) or case.foreign or (case.twin and not entries):
        found.append(Kind.TWICE)
    elif not entries and (holders or document["current"]):
        found.append(Kind.UNHELD)
    elif set(holders) != set(expected) or [expected[holder] for holder in holders] != paths:
        found.append(Kind.HOLDERS)
    elif entries and not owns_rightly(document, entries):
        found.append(Kind.OWNER)
    if entries and (not document["current"] or document.get("removed_at")):
        found.append(Kind.CURRENT)
    if entries and _version_of(document) < PIPELINE_VERSION:
        found.append(Kind.OUTDATED)
    return found


def owns_rightly(document: Json, entries: Iterable[Json]) -> bool:
    """Say whether a document and its entries name the same owner, and the document has its owner's facts."""
    owner = document["holders"][0]
    for entry in entries:
        if (entry["status"] == Status.INDEXED) != (id_of(entry) == owner):
            return False
        if id_of(entry) == owner:
            file = document["file"]
            facts = (file["path"], file.get("size"), file.get("hash", {}).get("sha256"))
            if facts != (entry["path"], entry["size"], entry["sha256"]):
                return False
    return True


def _find_suspects(target: Target, language: str) -> Iterator[str]:
    """Yield the ids of documents that look wrong when ledger and index are streamed past each other."""
    for case in stream_cases(target, language):
        # One that nobody holds may stand in another index as well, which shows only there.
        if not case.entries or judge(case):
            yield case.document_id


def _version_of(document: Json) -> int:
    try:
        return int(document.get("pipeline_version") or 0)
    except ValueError:
        return 0


def _explain(kind: Kind, case: Case) -> str:
    document = case.document or {}
    if kind is Kind.TWICE and case.foreign:
        return "also holds another document: " + ", ".join(entry["path"] for entry in case.foreign[:3])
    if kind is Kind.TWICE:
        return "stands in two indices" if case.twin else "names a file twice"
    if kind is Kind.HOLDERS:
        return f"held by {len(case.entries)} files of the ledger, names {len(document.get('holders') or ())}"
    if kind is Kind.UNHELD:
        return "no file of the ledger holds it"
    return "the ledger names another owner" if kind is Kind.OWNER else ""
