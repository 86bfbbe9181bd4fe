"""An archive for the tests of the page: the sample pages, and documents that have every field."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.batch import ingest_files
from tasks.cluster import Target, connect, install
from tasks.document import File
from tasks.index import refresh
from tasks.job import Job

SCRIPT = "<script>alert(1)</script>"

#: Two documents of one story, a copy of the first, a text of many versions, and one that wants to run a script.
DOCUMENTS: list[dict[str, Any]] = [
    {
        "document_id": "visit-fa",
        "language": "fa",
        "title": "ظریف به مسکو رفت",
        "body": "محمدجواد ظریف روز ۱۰ آبان ۱۳۹۶ به مسکو رفت.\n\nاو با همتای روس خود دیدار کرد.",
        "removed_text": "صفحه نخست | ایران | جهان\nنظر شما",
        "published": "2017-11-01",
        "published_jalali": "1396-08-10",
        "@timestamp": "2017-11-01T00:00:00Z",
        "people": ["Mohammad Javad Zarif"],
        "places": ["Moscow"],
        "names": ["محمدجواد ظریف", "محمد جواد ظريف", "Zarif"],
        "keyphrases": ["سفر ظریف"],
        "story_id": "story-visit",
        "copies": 1,
        "entity_mentions": [
            {"id": "moscow", "label": "Moscow", "kind": "place", "text": "مسکو", "offset": [8, 12]},
            {"id": "m-j-zarif", "label": "Mohammad Javad Zarif", "kind": "person", "text": "x", "offset": [18, 31]},
        ],
        "date_mentions": [
            {"text": "۱۰ آبان ۱۳۹۶", "offset": [36, 48], "start": "2017-11-01", "end": "2017-11-01"},
        ],
    },
    {
        "document_id": "visit-copy",
        "language": "fa",
        "title": "ظریف به مسکو سفر کرد",
        "body": "محمدجواد ظریف روز ۱۰ آبان ۱۳۹۶ به مسکو سفر کرد.\n\nاو با همتای روس خود دیدار کرد.",
        "@timestamp": "2017-11-02T00:00:00Z",
        "published": "2017-11-02",
        "people": ["Mohammad Javad Zarif"],
        "story_id": "story-visit",
        "copy_of": "visit-fa",
    },
    {
        "document_id": "visit-ar",
        "language": "ar",
        "title": "ظريف في موسكو",
        "body": "وصل وزير الخارجية الإيراني محمد جواد ظريف إلى موسكو.",
        "@timestamp": "2017-11-02T00:00:00Z",
        "published": "2017-11-02",
        "people": ["Mohammad Javad Zarif"],
        "places": ["Moscow"],
        "story_id": "story-visit",
    },
    {
        "document_id": "hostile",
        "language": "fa",
        "title": f"خبر {SCRIPT} پایان",
        "body": f'متن {SCRIPT} و " onmouseover="alert(1) & <img src=x onerror=alert(1)> زهرآگین\n\n=1+1 </p></main>',
        "removed_text": SCRIPT,
        "@timestamp": "2020-01-01T00:00:00Z",
        "people": [SCRIPT],
        "places": ['"><svg onload=alert(1)>'],
        "keyphrases": ["=HYPERLINK(1)"],
        "entity_mentions": [
            {"id": "x", "label": '"><script>', "kind": "person", "offset": [0, 12]},
            {"id": "x", "label": "a", "kind": "person", "offset": [5, 900]},
            {"id": "x", "label": "a", "kind": "wizard", "offset": [1, 2]},
            {"id": "y", "label": None, "kind": "place", "offset": [14, 16]},
        ],
        "date_mentions": [{"offset": [2, 5]}, {"offset": [2, 5], "start": "<b>"}, "x"],
    },
    {
        "document_id": "draft-1",
        "language": "fa",
        "title": "پیش‌نویس",
        "body": "سد ساخته شد.",
        "current": False,
        "version": 1,
        "@timestamp": "2019-01-01T00:00:00Z",
    },
    {
        "document_id": "draft-2",
        "previous_id": "draft-1",
        "language": "fa",
        "title": "پیش‌نویس",
        "body": "سد ساخته نشد.",
        "version": 2,
        "@timestamp": "2019-01-02T00:00:00Z",
    },
    {
        "document_id": "edges",
        "language": "fa",
        "title": "نیلوفر در باغ نیلوفر",
        "body": "\n  نیلوفر آبی گلی است که در مرداب می‌روید.\n\nپایان نیلوفر",
        "@timestamp": "2018-05-01T00:00:00Z",
    },
    {
        "document_id": "gone",
        "language": "ar",
        "title": "",
        "body": "نص محذوف عن مسجد",
        "current": False,
        "removed_at": "2021-03-01T00:00:00Z",
        "@timestamp": "2021-01-02T00:00:00Z",
    },
]


def complete(document: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """Add what every document has."""
    path = f"made/{document['document_id']}.txt"
    return {
        "current": True,
        "version": 1,
        "languages": [document["language"]],
        "file": {"path": path, "name": path[5:], "directory": "made", "size": 1000 + number, "encoding": "utf-8"},
        "paths": [path],
        "event": {"ingested": "2024-05-01T10:00:00Z"},
        **document,
    }


def store(target: Target, documents: list[dict[str, Any]]) -> None:
    """Write documents as they are and make them visible."""
    operations: list[dict[str, Any]] = []
    for number, document in enumerate(documents):
        operations.append({"index": {"_index": target.documents(document["language"]), "_id": document["document_id"]}})
        operations.append(complete(document, number))
    answer = connect(target).bulk(operations=operations, refresh=True)
    assert not answer["errors"], answer


def ingest(target: Target, folder: Path) -> int:
    """Take the pages of a folder through all steps; returns how many there are."""
    files = [
        File(path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*.txt"))
    ]
    ingest_files(Job(str(folder), str(folder), target, "run-of-a-test", 10**8), files)
    refresh(target)
    return len(files)


@contextmanager
def new_archive(url: str) -> Iterator[Target]:
    """Yield an empty archive of its own; afterwards it is gone."""
    target = Target(url, f"test-{secrets.token_hex(6)}")
    install(target)
    try:
        yield target
    finally:
        client = connect(target)
        client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
        client.indices.delete_index_template(name=f"{target.prefix}-*")
