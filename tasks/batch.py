"""One batch of files on its way: read, detect, normalize, enrich, index, and the ledger last.

Files go in, outcomes come out. A document that cannot work ends in quarantine and never ends its batch.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, Final

from tasks import index, stories
from tasks.cluster import Target, index_language
from tasks.detect import detect
from tasks.document import Article, Enrichment, File, Language, Page
from tasks.enrich import enrich
from tasks.errors import DaftarError, Quarantined
from tasks.holds import announce_holds, find_hold, list_holds, release, to_owner_file
from tasks.job import PIPELINE_VERSION, Job
from tasks.ledger import Event, begin, entry_id, mark_owners, now, read_entries, to_entry, write_entries
from tasks.normalize import normalize
from tasks.outcome import Kind, Outcome, Status
from tasks.read import Unsettled, Vanished, read
from tasks.renewal import discard, inherit, renew
from tasks.source import to_source
from tasks.versions import to_signed

#: Batches of one process read one after the other. Their threads cannot compute at the same time, and taking turns
#: they would all come to Elasticsearch at once, and all wait for it at once: half of the time nobody works.
_READING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Steps:
    """The five steps; the flow puts Prefect tasks in their place where each file is to be seen by name."""

    read: Callable[[Path, File, int], Page] = read
    detect: Callable[[str], Language] = detect
    normalize: Callable[[str, str], Article] = normalize
    enrich: Callable[[Page, Language, Article], Enrichment] = enrich
    store: Callable[[Target, list[index.Record]], list[index.Placement | Quarantined]] = index.store


@dataclass(slots=True)
class _Way:
    """One file on its way: what is known of it, its story in this run, and how it ends."""

    file: File
    root: str
    known: dict[str, Any]
    run_id: str
    events: list[Event] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    record: index.Record | None = None
    outcome: Outcome | None = None
    status: Status | None = None

    def note(self, step: str, outcome: str, reason: str = "", advice: str = "") -> None:
        self.events.append(Event(now(), self.run_id, step, outcome, reason, advice))

    def end(self, outcome: Outcome, status: Status) -> None:
        self.outcome, self.status = outcome, status

    @property
    def holder(self) -> str:
        return entry_id(self.root, self.file.path)

    @property
    def hold(self) -> index.Hold | None:
        """The document that this path stood for before this run."""
        return find_hold(self.root, self.known)

    @property
    def target_hold(self) -> index.Hold | None:
        """The document that this path is to stand for, or stands for at the end."""
        if self.record is not None:
            return index.Hold(self.holder, self.record.document_id, self.record.language)
        return self.hold if self.outcome and self.outcome.document_id else None

    @property
    def moved(self) -> index.Hold | None:
        """The hold on this very document in the index of another language, which it had been taken to be in."""
        hold, record = self.hold, self.record
        if hold is None or record is None or hold.document_id != record.document_id:
            return None
        return hold if index_language(hold.language) != index_language(record.language) else None

    @property
    def former(self) -> list[index.Hold]:
        """The documents that this path may hold and no longer stands for."""
        if self.status is Status.WAITING:
            return []
        kept = self.target_hold
        return [hold for hold in list_holds(self.root, self.known) if kept is None or not hold.is_same(kept)]


def ingest_files(job: Job, files: list[File], steps: Steps | None = None) -> list[Outcome]:
    """Take files through all steps; returns one outcome a file, in order.

    Raises Unavailable when Elasticsearch cannot work now; then the ledger says of unfinished files what it said
    before, and doing the batch again is safe.
    """
    steps = steps or Steps()
    known = read_entries(job.target, job.root, [file.path for file in files])
    ways = [_Way(file, job.root, known.get(file.path, {}), job.run_id) for file in files]
    with _READING:
        for way in ways:
            try:
                _prepare(job, steps, way)
            except Quarantined as error:
                _quarantine(way, error)
    _number_versions(job, ways)
    _announce(job, ways)
    _store(job, steps, ways)
    _release_former(job, ways)
    _link_stories(job, ways)
    _write_ledger(job, ways)
    _confirm_owners(job, ways)
    return [way.outcome for way in ways if way.outcome is not None]


def _prepare(job: Job, steps: Steps, way: _Way) -> None:
    kind = Kind.CHANGED if way.hold else Kind.NEW
    way.note("scan", "made again" if job.rewrite else kind)
    try:
        page = steps.read(Path(job.folder), way.file, job.file_limit)
    except Vanished:
        way.note("read", "gone")
        way.end(Outcome(way.file.path, Kind.REMOVED), Status.REMOVED)
        return
    except Unsettled as error:
        way.end(Outcome(way.file.path, Kind.WAITING, step="read", reason=error.reason), Status.WAITING)
        return
    way.file = page.file
    way.facts = {"size": page.file.size, "mtime_ns": page.file.mtime_ns, "sha256": page.sha256}
    same = way.known.get("sha256") == page.sha256 and not way.known.get("pending") and not job.rewrite
    if way.hold and same:
        way.end(
            Outcome(way.file.path, Kind.UNCHANGED, way.known["document_id"], way.known.get("language")),
            Status(way.known["status"]),
        )
        return
    way.note("read", page.encoding)
    with _naming("detect"):
        language = steps.detect(page.text)
    way.note("detect", f"{language.code} {language.confidence:.2f}")
    with _naming("normalize"):
        article = steps.normalize(page.text, language.code)
    way.note("normalize", "ok")
    with _naming("enrich"):
        enrichment = steps.enrich(page, language, article)
    way.note("enrich", "ok")
    way.facts |= {"document_id": page.document_id, "language": language.code}
    source = to_source(page, language, article, enrichment, job.run_id, PIPELINE_VERSION)
    source["holders"] = [way.holder]
    way.record = index.Record(page.document_id, language.code, way.holder, way.file.path, source)


@contextmanager
def _naming(step: str) -> Iterator[None]:
    """Put a document that trips a fault of ours into quarantine under the step; the breaker counts such faults."""
    try:
        yield
    except DaftarError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise Quarantined(step, reason, "This is a fault of daftar: report it with the file.") from error


def _number_versions(job: Job, ways: list[_Way]) -> None:
    versions = index.read_versions(job.target, [way.hold for way in ways if way.record and way.hold])
    for way in ways:
        hold = way.hold
        if way.record and hold and hold.document_id in versions and hold.document_id != way.record.document_id:
            way.record.source["previous_id"] = hold.document_id
            way.record.source["version"] = versions[hold.document_id] + 1


def _announce(job: Job, ways: list[_Way]) -> None:
    """Write down what is about to be done to documents, so that a killed run leaves nothing unknown."""
    intents = []
    for way in ways:
        taken = [way.target_hold] if way.record and way.target_hold else []
        if taken or way.former:
            intents.append((way.known or begin(job.root, way.file), way.former + taken))
    announce_holds(job, intents)


def _store(job: Job, steps: Steps, ways: list[_Way]) -> None:
    stored = [(way, way.record) for way in ways if way.record is not None]
    if not stored:
        return
    if job.rewrite:
        inherit(job.target, [(hold, record) for way, record in stored if (hold := way.moved)])
    placements = steps.store(job.target, [record for _, record in stored])
    if job.rewrite:
        placed = zip(stored, placements, strict=True)
        renew(job.target, [record for (_, record), end in placed if not isinstance(end, Quarantined)])
    for (way, record), placement in zip(stored, placements, strict=True):
        if isinstance(placement, Quarantined):
            _quarantine(way, placement)
            continue
        status = Status.INDEXED if placement.owned else Status.DUPLICATE
        kind = _kind(way) if placement.owned else Kind.DUPLICATE
        reason = "" if placement.owned else f"the same text as {placement.path}"
        way.note("index", status, reason)
        title = str(record.source.get("title") or "")
        way.end(Outcome(way.file.path, kind, record.document_id, record.language, title, reason=reason), status)


def _kind(way: _Way) -> Kind:
    """What a file is that owns its document."""
    if way.hold is None:
        return Kind.NEW
    return Kind.UNCHANGED if way.known.get("sha256") == way.facts["sha256"] else Kind.CHANGED


def _quarantine(way: _Way, error: Quarantined) -> None:
    way.note(error.step, Status.QUARANTINED, error.reason, error.advice)
    way.facts = {"size": way.file.size, "mtime_ns": way.file.mtime_ns} | way.facts
    way.record = None
    way.end(
        Outcome(way.file.path, Kind.QUARANTINED, step=error.step, reason=error.reason, advice=error.advice),
        Status.QUARANTINED,
    )


def _release_former(job: Job, ways: list[_Way]) -> None:
    """Let go of the documents that these paths stood for and no longer do."""
    changed = [hold for way in ways if way.status is not Status.REMOVED for hold in way.former]
    removed = [hold for way in ways if way.status is Status.REMOVED for hold in way.former]
    owners = release(job, changed) + release(job, removed, removed=True)
    discard(job.target, [hold for way in ways if (hold := way.moved)])
    described = []
    for way in ways:
        if way.status is Status.DUPLICATE and way.outcome and (hold := way.target_hold) in owners and hold:
            way.note("index", Status.INDEXED, "the file that had this text before no longer has it")
            way.end(replace(way.outcome, kind=_kind(way), reason=""), Status.INDEXED)
            facts = way.record.source["file"] if way.record else to_owner_file({"path": way.file.path, **way.facts})
            described.append((hold, facts))
    index.describe(job.target, described)


def _link_stories(job: Job, ways: list[_Way]) -> None:
    """Join what was stored to its copies: before the ledger is written, so that a killed run does it again."""
    records = [way.record for way in ways if way.record]
    signed = [(at.document_id, at.language, to_signed(at.document_id, at.source)) for at in records]
    stories.link(job.target, signed)


def _write_ledger(job: Job, ways: list[_Way]) -> None:
    entries = []
    for way in ways:
        if way.outcome is None or way.status is None:
            continue
        if way.status is Status.WAITING and way.known.get("status") in (Status.INDEXED, Status.DUPLICATE):
            continue
        known = way.known
        if way.status is Status.QUARANTINED:
            known = {name: value for name, value in known.items() if name not in ("document_id", "sha256", "language")}
            way.facts = {name: way.facts[name] for name in ("size", "mtime_ns")}
        entry_facts = {"size": way.file.size, "mtime_ns": way.file.mtime_ns} | way.facts
        entries.append(to_entry(job.root, way.outcome, way.status, known, way.events, entry_facts))
    write_entries(job.target, entries)


def _confirm_owners(job: Job, ways: list[_Way]) -> None:
    """See to duplicates that became owners while their entries were being written, by a batch beside this one."""
    duplicates = {hold for way in ways if way.status is Status.DUPLICATE and (hold := way.target_hold)}
    owners = index.read_owners(job.target, list(duplicates))
    mark_owners(
        job.target,
        job.run_id,
        [(hold.holder, hold.document_id) for hold in duplicates if owners.get(hold.document_id) == hold.holder],
    )
