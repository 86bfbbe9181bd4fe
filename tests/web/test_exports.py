"""Feeds and exports: valid, complete, and harmless where they are opened."""

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from daftar.web.exports import COLUMNS, write_csv
from daftar.web.listing import EXPORT_PAGE, FEED
from tasks.cluster import Target
from tests.web.archive import DOCUMENTS, new_archive, store
from tests.web.reader import Reader, read_from

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(scope="module")
def crowd(elasticsearch_url: str) -> Iterator[Target]:
    """More documents than one step of an export fetches."""
    documents = [
        {"document_id": f"n{n:04}", "language": "fa", "title": "باران", "body": "باران", "@timestamp": "2020-01-01"}
        for n in range(EXPORT_PAGE + 20)
    ]
    with new_archive(elasticsearch_url) as target:
        store(target, documents)
        yield target


@pytest.mark.search
def test_csv_parses_back_and_is_complete(reader: Reader) -> None:
    answer = reader.get("/results.csv?story=story-visit")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert sorted(row["document_id"] for row in rows) == ["visit-ar", "visit-copy", "visit-fa"]
    row = next(row for row in rows if row["document_id"] == "visit-fa")
    assert tuple(row) == COLUMNS
    assert (row["title"], row["people"], row["file.path"]) == (
        "ظریف به مسکو رفت",
        "Mohammad Javad Zarif",
        "made/visit-fa.txt",
    )


@pytest.mark.search
def test_json_lines_parse_back_to_the_documents(reader: Reader) -> None:
    lines = reader.get("/results.jsonl?story=story-visit").text.splitlines()
    found = {document["document_id"]: document for document in map(json.loads, lines)}
    for document in DOCUMENTS[:3]:
        assert document.items() <= found[document["document_id"]].items()


@pytest.mark.search
def test_an_export_has_every_result_once(crowd: Target) -> None:
    lines = read_from(crowd).get("/results.jsonl?q=" + quote("باران")).text.splitlines()
    ids = [json.loads(line)["document_id"] for line in lines]
    assert len(ids) == len(set(ids)) == EXPORT_PAGE + 20


@pytest.mark.search
def test_an_export_of_nothing(reader: Reader) -> None:
    assert reader.get("/results.csv?place=Nowhere").text == "\ufeff" + ",".join(COLUMNS) + "\r\n"
    assert reader.get("/results.jsonl?place=Nowhere").text == ""


def test_a_formula_is_no_formula() -> None:
    hits = [{"_source": {"document_id": "=1+1", "title": "@SUM(1)", "keyphrases": ["-1", "b"], "word_count": 3}}]
    written = b"".join(write_csv([hits])).decode().removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(written))
    assert (row["document_id"], row["title"], row["keyphrases"], row["word_count"]) == (
        "'=1+1",
        "'@SUM(1)",
        "'-1 | b",
        "3",
    )


@pytest.mark.search
def test_a_feed_is_valid_atom(reader: Reader) -> None:
    answer = reader.get("/feed.xml?story=story-visit&ui=fa")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    for parent in (feed, *feed.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"a:{name}", ATOM)) == 1
            assert parent.findtext(f"a:{name}", namespaces=ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert ids == ["urn:daftar:visit-ar", "urn:daftar:visit-copy", "urn:daftar:visit-fa"]
    hrefs = [link.get("href", "") for link in feed.iter(f"{{{ATOM['a']}}}link")]
    assert all(href.startswith("http://127.0.0.1/") for href in hrefs)
    assert feed.findtext("a:updated", namespaces=ATOM) == "2024-05-01T10:00:00+00:00"


@pytest.mark.search
def test_a_feed_is_bounded_and_survives_what_xml_cannot_hold(crowd: Target) -> None:
    reader = read_from(crowd)
    assert len(ElementTree.fromstring(reader.get("/feed.xml").content).findall("a:entry", ATOM)) == FEED
    hostile = quote("باران\x00\x0b\ufffe</title><x>&")
    feed = ElementTree.fromstring(reader.get(f"/feed.xml?q={hostile}").content)
    assert "</title><x>&" in (feed.findtext("a:title", namespaces=ATOM) or "")


@pytest.mark.search
def test_two_feeds_of_one_search_have_one_id(reader: Reader) -> None:
    one, same, other = (
        ElementTree.fromstring(reader.get(url).content).findtext("a:id", namespaces=ATOM)
        for url in ("/feed.xml?q=a", "/feed.xml?q=a&ui=ar", "/feed.xml?q=b")
    )
    assert one == same != other
