"""Documents with the ledger's entries that stand for them: streamed past each other, or read as they are now."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from tasks.cluster import INDEX_LANGUAGES, Target, index_language
from tasks.holdings import read_documents, read_many
from tasks.ledger import entry_id, read_entries_by_id, read_holding
from tasks.outcome import Status
from tasks.pairing import pair_sorted

Json = dict[str, Any]

#: The statuses of an entry that stands for a document.
HOLDING: Final = (Status.INDEXED, Status.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Case:
    """A document of one language, if it is there, and the ledger's entries that stand for it; at one moment.

    `foreign` are the entries that hold it and stand for something else; `twin` says that it is in another index too.
    """

    language: str
    document_id: str
    document: Json | None
    entries: tuple[Json, ...]
    foreign: tuple[Json, ...] = ()
    twin: bool = False


def stream_cases(target: Target, language: str) -> Iterator[Case]:
    """Yield every document of a language and every one that the ledger speaks of, by id.

    Ledger and index are read at two moments, so what looks wrong is to be read again.
    """
    groups = groupby(read_holding(target, None, language), key=lambda entry: str(entry["document_id"]))
    holding = ((identity, tuple(entries)) for identity, entries in groups)
    documents = read_documents(target, language)
    pairs = pair_sorted(documents, holding, lambda document: str(document["document_id"]), lambda group: group[0])
    for identity, document, group in pairs:
        yield Case(language, identity, document, group[1] if group else ())


def read_cases(target: Target, language: str, ids: list[str]) -> Iterator[Case]:
    """Yield documents and their entries as they are now; those that a run is at work on are left out."""
    documents = read_many(target, language, ids)
    others = [name for name in INDEX_LANGUAGES if name != language]
    twins = {identity for other in others for identity in read_many(target, other, ids)}
    holding = read_holding(target, ids)
    held = {holder for document in documents.values() for holder in document.get("holders") or ()}
    entries = read_entries_by_id(target, list(held | {id_of(entry) for entry in holding}))
    for identity in ids:
        document = documents.get(identity)
        holders = set((document or {}).get("holders") or ())
        concerned = {
            holder: entry
            for holder, entry in entries.items()
            if holder in holders or entry.get("document_id") == identity
        }
        if any(entry.get("pending") for entry in concerned.values()):
            continue
        standing = {holder for holder, entry in concerned.items() if stands_for(entry, identity, language)}
        yield Case(
            language,
            identity,
            document,
            tuple(concerned[holder] for holder in sorted(standing)),
            tuple(
                entry
                for holder, entry in concerned.items()
                if holder in holders and holder not in standing and entry["status"] in HOLDING
            ),
            identity in twins,
        )


def stands_for(entry: Json, document_id: str, language: str) -> bool:
    """Say whether an entry stands for this document of this index."""
    return (
        entry["status"] in HOLDING
        and entry.get("document_id") == document_id
        and index_language(entry.get("language")) == language
    )


def id_of(entry: Json) -> str:
    """The id of an entry, by which documents name their holders."""
    return entry_id(entry["root"], entry["path"])
