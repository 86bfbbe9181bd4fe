"""An archive under test: a folder with its ledger and documents, a run over it without Prefect, and what must hold.

The steps are real but for the language work, which is of no matter here and would take most of the time.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from elasticsearch.helpers import scan as scroll

from tasks.audit import agrees, find_differences, list_changes
from tasks.batch import Steps, ingest_files
from tasks.changes import Changes, find_changes, move_files, remove_files
from tasks.cluster import Target, connect, index_language, install
from tasks.document import Article, Enrichment, File, Language, Page
from tasks.enrich import enrich as real_enrich
from tasks.errors import Quarantined
from tasks.ignore import load_rules
from tasks.index import refresh
from tasks.job import Job
from tasks.ledger import entry_id, read_ledger
from tasks.mending import mend as mend_documents
from tasks.notes import note_ignored, note_unreadable, note_waiting
from tasks.outcome import Kind, Outcome, Status, Sums, count
from tasks.paths import encode_path
from tasks.read import identify, read
from tasks.scan import list_folder

FILE_LIMIT = 1 << 20

#: Three pages, no two alike.
ONE = "خبر یکم\nوزیر راه گفت که پل تازه در شمال شهر تمام می‌شود."
TWO = "خبر دوم\nبارش برف در گردنه‌های غرب کشور از صبح آغاز شده است."
THREE = "الخبر الثالث\nقال الوزير إن الجسر سوف يفتح قبل نهاية العام."


def detect(text: str) -> Language:
    """Persian when a letter says so."""
    return Language("fa" if any(letter in text for letter in "پچژگیک") else "ar", 1.0)


def normalize(text: str, language: str) -> Article:
    title, _, body = text.partition("\n")
    return Article(title, body)


@cache
def _enrich_once() -> Enrichment:
    page = Page(File("خبر.txt", 1, 0), "", "", "utf-8", "خبر")
    # With one signature for all, each page would be compared with every other.
    return replace(real_enrich(page, Language("fa", 1.0), Article("خبر", "")), signature=())


def enrich(page: Page, language: Language, article: Article) -> Enrichment:
    """Learn of every page what is true of one."""
    return _enrich_once()


QUICK = Steps(detect=detect, normalize=normalize, enrich=enrich)


@dataclass
class Archive:
    """A folder and where it is archived."""

    folder: Path
    target: Target
    batch: int = 1000
    workers: int = 1
    steps: Steps = field(default_factory=lambda: QUICK)

    @property
    def root(self) -> str:
        return encode_path(str(self.folder))

    def job(self) -> Job:
        """A new run."""
        return Job(str(self.folder), self.root, self.target, secrets.token_hex(4), FILE_LIMIT)

    def write(self, path: str | bytes, text: str | bytes, age: float = 60) -> Path:
        """Put a file into the folder that has stood still for `age` seconds; its time is never the one before."""
        file = self.folder / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        moment = file.stat().st_mtime_ns - int(age * 1e9)
        os.utime(file, ns=(moment, moment))
        return file

    def run(self, confirm: bool = True, settle: float = 0, limit: int = 1_000_000) -> tuple[Sums, list[Outcome]]:
        """One run to its end, in the order of the flow."""
        job = self.job()
        changes = find_changes(job, limit, settle)
        outcomes = self.carry_out(job, changes, confirm)
        if outcomes:
            refresh(self.target)
        return self.sum(changes, outcomes), outcomes

    def carry_out(self, job: Job, changes: Changes, confirm: bool = True) -> list[Outcome]:
        """What a run does about the changes it found: whatever lets go of documents first."""
        outcomes = move_files(job, changes.renamed)
        if confirm or not changes.guarded:
            outcomes += remove_files(job, changes.gone)
        outcomes += note_ignored(job, changes.ignored) + note_unreadable(job, changes.unreadable)
        starts = range(0, len(changes.to_read), self.batch)
        batches = [changes.to_read[start : start + self.batch] for start in starts]
        if self.workers == 1:
            for batch in batches:
                outcomes += ingest_files(job, batch, self.steps)
        else:
            with ThreadPoolExecutor(self.workers) as pool:
                for ended in pool.map(lambda batch: ingest_files(job, batch, self.steps), batches):
                    outcomes += ended
        return outcomes + note_waiting(job, changes.waiting)

    def audit(self, mend: bool = True) -> list[tuple[str, str]]:
        """One audit to its end, in the order of the flow; returns what differed, as kind and file."""
        job = self.job()
        changes = find_changes(job, 1_000_000, 0, agrees=partial(agrees, job))
        differences = list_changes(changes)
        if mend:
            self.carry_out(job, changes)
        findings = find_differences(job, 1_000_000)
        if mend:
            mend_documents(job, findings.to_correct)
            ingest_files(replace(job, rewrite=True), findings.to_read, self.steps)
            refresh(self.target)
        return sorted((found.kind.value, found.path) for found in [*differences, *findings.differences])

    def sum(self, changes: Changes, outcomes: list[Outcome]) -> Sums:
        kinds = {Status.QUARANTINED: Kind.QUARANTINED, Status.IGNORED: Kind.IGNORED}
        found = [[kinds.get(status, Kind.UNCHANGED)] * number for status, number in changes.unchanged.items()]
        return count([outcome.kind for outcome in outcomes] + [kind for group in found for kind in group])

    def entries(self) -> dict[str, dict[str, Any]]:
        """The ledger by path."""
        refresh(self.target)
        query = {"query": {"term": {"root": self.root}}}
        return {hit["_source"]["path"]: hit["_source"] for hit in self._all(self.target.files, query)}

    def statuses(self) -> dict[str, str]:
        """The ledger's statuses by path, of the files that are not removed."""
        return {path: entry["status"] for path, entry in self.entries().items() if entry["status"] != Status.REMOVED}

    def documents(self) -> dict[str, dict[str, Any]]:
        """Every document by id, current or not, with the language of its index; no id is in two indices."""
        refresh(self.target)
        found: dict[str, dict[str, Any]] = {}
        for language in ("fa", "ar", "other"):
            for hit in self._all(self.target.documents(language)):
                assert hit["_id"] not in found, "a document stands in two indices"
                found[hit["_id"]] = hit["_source"] | {"index": language}
        return found

    def document(self, text: str) -> dict[str, Any]:
        """The document of a text."""
        return self.documents()[identify(text)]

    def current(self) -> dict[str, list[str]]:
        """What an analyst sees: the paths of each current document, the owner first, by its first line."""
        refresh(self.target)
        return {hit["_source"]["title"]: hit["_source"]["paths"] for hit in self._all(self.target.documents())}

    def current_ids(self) -> list[str]:
        """The ids of the documents that an analyst sees."""
        refresh(self.target)
        return [hit["_id"] for hit in self._all(self.target.documents())]

    def _all(self, index: str, query: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        yield from scroll(connect(self.target), index=index, query=query or {"query": {"match_all": {}}})

    def listing(self) -> dict[str, tuple[File, str | None]]:
        entries = list_folder(self.folder, load_rules(self.folder)) if self.folder.is_dir() else ()
        return {entry.file.path: (entry.file, entry.ignored) for entry in entries}

    def check(self, waiting: frozenset[str] = frozenset()) -> None:
        """Compare folder, ledger and index in full; `waiting` are the files that may still be so."""
        entries, documents, listing = self.entries(), self.documents(), self.listing()
        missing = set(listing) - set(entries)
        assert not missing, f"not in the ledger: {missing}"
        held: dict[str, list[str]] = {}
        for path, entry in entries.items():
            assert "pending" not in entry, f"{path} was left unfinished"
            if path not in listing:
                assert entry["status"] == Status.REMOVED, f"{path} is gone, and {entry['status']} in the ledger"
                continue
            if path in waiting:
                continue
            file, ignored = listing[path]
            assert (entry["size"], entry["mtime_ns"]) == (file.size, file.mtime_ns), f"{path} has other facts"
            expected = _expect(self.folder, file, ignored)
            if isinstance(expected, Status):
                assert entry["status"] == expected, f"{path} is {entry['status']}, not {expected}"
                continue
            assert entry["status"] in (Status.INDEXED, Status.DUPLICATE), f"{path} is {entry['status']}"
            assert entry["document_id"] == expected.document_id, f"{path} stands for another text"
            assert entry["sha256"] == expected.sha256
            held.setdefault(expected.document_id, []).append(path)
        for identity, document in documents.items():
            self._check_document(identity, document, entries, held.pop(identity, []))
        assert not held, f"not in the index: {held}"
        assert {known.path for known in read_ledger(self.target, self.root)} == set(entries)

    def _check_document(
        self, identity: str, document: dict[str, Any], entries: dict[str, dict[str, Any]], paths: list[str]
    ) -> None:
        assert sorted(document["paths"]) == sorted(paths), f"{identity} stands for other files"
        assert document["holders"] == [entry_id(self.root, path) for path in document["paths"]]
        assert document["current"] == bool(paths)
        assert document["document_id"] == identity
        if not paths:
            return
        assert "removed_at" not in document
        statuses = [entries[path]["status"] for path in document["paths"]]
        assert statuses == [Status.INDEXED] + [Status.DUPLICATE] * (len(paths) - 1), f"{identity}: {statuses}"
        owner = entries[document["paths"][0]]
        file = document["file"]
        directory, _, name = owner["path"].rpartition("/")
        assert (file["path"], file["directory"], file["name"]) == (owner["path"], directory, name)
        assert (file["size"], file["hash"]["sha256"]) == (owner["size"], owner["sha256"])
        assert {index_language(entries[path]["language"]) for path in paths} == {document["index"]}


def _expect(folder: Path, file: File, ignored: str | None) -> Status | Page:
    """What a file must be: a status, or the page whose document it holds."""
    if ignored:
        return Status.IGNORED
    try:
        return read(folder, file, FILE_LIMIT)
    except Quarantined:
        return Status.QUARANTINED


@contextmanager
def standing(target: Target) -> Iterator[Target]:
    """Put an archive in place while the block runs; afterwards it is gone."""
    install(target)
    yield target
    client = connect(target)
    client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
    client.indices.delete_index_template(name=f"{target.prefix}-*")


def count_writes(target: Target) -> int:
    """How many documents this archive's indices have taken or deleted so far."""
    stats = connect(target).indices.stats(index=f"{target.prefix}-*", metric="indexing")
    indexing = stats["_all"]["primaries"]["indexing"]
    return int(indexing["index_total"] + indexing["delete_total"])


def empty(target: Target) -> None:
    """Delete all documents and the whole ledger."""
    refresh(target)
    indices = f"{target.all_documents},{target.files}"
    connect(target).delete_by_query(index=indices, query={"match_all": {}}, refresh=True)


class Killed(BaseException):
    """The process ends here: nothing catches this on its way."""


def dying_after(requests: int, send: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function that sends requests: before the one after `requests`, the process is killed."""
    sent = iter(range(requests))

    def send_or_die(*arguments: Any, **options: Any) -> Any:
        if next(sent, None) is None:
            raise Killed
        return send(*arguments, **options)

    return send_or_die
