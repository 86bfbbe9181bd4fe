"""Names found anew in stored documents: by a changed gazetteer, without the files, and nothing but what changes."""

from pathlib import Path
from typing import Any

import pytest

from tasks import recognition, source
from tasks.cluster import Target, connect
from tasks.enrich import names
from tasks.enrich.gazetteer import Gazetteer, load_gazetteer
from tasks.recognition import Recognized, count_documents, find_changes, recognize
from tests.web.archive import ingest, store

pytestmark = pytest.mark.search

PAGES = {
    "fa.txt": "گشایش بازار در تهران\n\nشهردار تهران و مهمانانی از گل‌آباد سفید در آیین گشایش بازار سخن گفتند.\n",
    "ar.txt": "افتتاح السوق في طهران\n\nحضر ضيوف من غل آباد افتتاح السوق الجديد في طهران صباح السبت.\n",
}
ROW = "gol-abad\tGol-Abad\tگل‌آباد سفید\tغل آباد\tGolabad\tIR\tcity\t35.5\t51.5\n"


@pytest.fixture
def archived(target: Target, tmp_path: Path) -> Target:
    """Two pages, each naming Tehran and a town that no table has; their files are gone since."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    ingest(target, folder)
    for name in PAGES:
        (folder / name).unlink()
    return target


@pytest.fixture
def with_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gazetteer:
    """The gazetteer after an analyst has added the town."""
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "places.tsv").write_text("# for a test\n" + ROW, encoding="utf-8")
    edited = load_gazetteer(tables)
    for module in (names, source):
        monkeypatch.setattr(module, "load_gazetteer", lambda: edited)
    return edited


def read(target: Target) -> dict[str, dict[str, Any]]:
    client = connect(target)
    client.indices.refresh(index=target.all_documents)
    hits = client.search(index=target.documents(), size=100)["hits"]["hits"]
    return {hit["_source"]["file"]["path"]: hit["_source"] for hit in hits}


def test_a_new_row_is_found_in_both_languages_without_the_files(archived: Target, with_town: Gazetteer) -> None:
    before = read(archived)
    assert {path: document["places"] for path, document in before.items()} == {path: ["Tehran"] for path in PAGES}
    assert recognize(archived) == Recognized(2, 2)
    after = read(archived)
    assert {path: document["places"] for path, document in after.items()} == {
        "fa.txt": ["Tehran", "Gol-Abad"],
        "ar.txt": ["Tehran", "Gol-Abad"],
    }
    town = after["fa.txt"]["entity_mentions"][-1]
    title, _, body = PAGES["fa.txt"].strip().partition("\n\n")
    assert f"{title}\n\n{body}"[slice(*town["offset"])] == town["text"] == "گل‌آباد سفید"
    assert {"lat": 35.5, "lon": 51.5} in after["ar.txt"]["location"]
    found = connect(archived).search(index=archived.documents(), query={"match": {"names": "Golabad"}})
    assert found["hits"]["total"]["value"] == 2
    made = {*recognition._FOUND}
    for path, document in after.items():
        kept = {name: value for name, value in document.items() if name not in made}
        assert kept == {name: value for name, value in before[path].items() if name not in made}


def test_the_same_gazetteer_changes_nothing(archived: Target) -> None:
    told: list[int] = []
    assert recognize(archived, told.append) == Recognized(2, 0)
    assert told[-1] == count_documents(archived) == 2


def test_doing_it_again_changes_nothing(archived: Target, with_town: Gazetteer) -> None:
    recognize(archived)
    connect(archived).indices.refresh(index=archived.all_documents)
    assert recognize(archived) == Recognized(2, 0)


def test_a_document_that_was_made_again_meanwhile_is_left_alone(
    archived: Target, with_town: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_again(stored: dict[str, Any]) -> dict[str, Any]:
        changes = find_changes(stored)
        operations: list[dict[str, Any]] = [
            {"update": {"_index": archived.documents(stored["language"]), "_id": stored["document_id"]}},
            {"doc": {"event": {"ingested": "2030-01-01T00:00:00.000Z"}}},
        ]
        connect(archived).bulk(operations=operations)
        return changes

    monkeypatch.setattr(recognition, "find_changes", make_again)
    assert recognize(archived) == Recognized(2, 0)


def test_old_versions_and_documents_with_little_in_them(target: Target) -> None:
    store(
        target,
        [
            {"document_id": "old", "language": "fa", "title": "", "body": "سفر به تهران", "current": False},
            {"document_id": "bare", "language": "und", "title": "", "body": ""},
        ],
    )
    assert recognize(target).documents == 2
    client = connect(target)
    client.indices.refresh(index=target.all_documents)
    old = client.search(index=target.all_documents, query={"term": {"document_id": "old"}})["hits"]["hits"][0]
    assert (old["_source"]["places"], old["_source"]["current"]) == (["Tehran"], False)
