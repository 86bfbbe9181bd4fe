"""Put documents right by the ledger: who holds them, who owns them, whether they are current."""

from typing import Any

from tasks.audit import judge
from tasks.bulk import divide
from tasks.cases import Case, id_of, read_cases
from tasks.cluster import INDEX_LANGUAGES
from tasks.holdings import correct
from tasks.holds import to_owner_file
from tasks.job import Job
from tasks.ledger import mark_duplicates, mark_owners, now
from tasks.stories import unlink

Json = dict[str, Any]


def mend(job: Job, wrong: list[tuple[str, str]]) -> list[str]:
    """Put documents right, given by language and id; returns the ids of those that are right now.

    Each is looked at again before; one that a run is at work on is left to the next audit. The stories they are in
    are settled anew. Doing it twice is safe.
    """
    mended: list[str] = []
    for language in INDEX_LANGUAGES:
        for ids in divide(dict.fromkeys(identity for name, identity in wrong if name == language)):
            cases = [case for case in read_cases(job.target, language, ids) if judge(case) and case.document]
            corrections = [(language, case.document_id, plan(case)) for case in cases]
            done = correct(job.target, corrections)
            owned = []
            doubled = []
            before = len(mended)
            for (_, identity, params), changed in zip(corrections, done, strict=True):
                if not changed:
                    continue
                mended.append(identity)
                owned += [(holder, identity) for holder in params["holders"][:1]]
                doubled += [(holder, identity, params["paths"][0]) for holder in params["holders"][1:]]
            mark_owners(job.target, job.run_id, owned)
            mark_duplicates(job.target, job.run_id, doubled)
            unlink(job.target, ((identity, language) for identity in mended[before:]))
    return mended


def plan(case: Case) -> Json:
    """Say how a document has to be: held by the files that stand for it, in the order they have, then by path."""
    seen = (case.document or {}).get("holders") or []
    entries = {id_of(entry): entry for entry in case.entries}
    newcomers = sorted(set(entries) - set(seen), key=lambda holder: str(entries[holder]["path"]))
    holders = [holder for holder in dict.fromkeys(seen) if holder in entries] + newcomers
    return {
        "seen": seen,
        "holders": holders,
        "paths": [entries[holder]["path"] for holder in holders],
        "file": to_owner_file(entries[holders[0]]) if holders else None,
        "moment": now(),
        "delete": case.twin and not holders,
    }
