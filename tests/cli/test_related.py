"""`daftar related` and `daftar trace --copies` over the sample pages as the pipeline indexed them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from daftar.cli import commands
from daftar.search.archive import list_documents
from tasks.cluster import Target
from tasks.errors import Misconfigured
from tests.seeds.sample import FACTS, read_expected
from tests.web.archive import ingest, new_archive

pytestmark = pytest.mark.search

#: Persian pages and the Arabic ones about the same event, originals only.
EVENTS = {
    "fa-jcpoa-vienna.txt": "ar-nuclear-agreement-vienna.txt",
    "fa-kermanshah-earthquake.txt": "ar-halabja-kermanshah-earthquake.txt",
    "fa-western-iran-quake.txt": "ar-halabja-kermanshah-earthquake.txt",
    "fa-world-cup-final-lusail.txt": "ar-world-cup-final.txt",
    "fa-iran-saudi-beijing-agreement.txt": "ar-saudi-iranian-agreement.txt",
    "fa-turkey-syria-earthquake.txt": "ar-turkey-syria-earthquake.txt",
    "fa-hope-probe-mars.txt": "ar-hope-probe.txt",
}


@pytest.fixture(scope="module")
def filled(elasticsearch_url: str, samples: Path) -> Iterator[Target]:
    """An archive of the sample pages, which nobody changes."""
    with new_archive(elasticsearch_url) as target:
        ingest(target, samples)
        yield target


@pytest.fixture
def ids(filled: Target, samples: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The ids of the sample pages by their paths; the command line is pointed to their archive."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", filled.url)
    monkeypatch.setenv("DAFTAR_INDEX_PREFIX", filled.prefix)
    monkeypatch.setenv("DAFTAR_FOLDER", str(samples))
    return {hit.path: hit.document_id for hit in list_documents(filled, size=100).hits}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments))


def ask(document_id: str) -> list[dict[str, Any]]:
    answer = json.loads(call("related", document_id, "--json").stdout)
    assert answer["document_id"] == document_id
    assert set(answer) == {"document_id", "related"}
    found: list[dict[str, Any]] = answer["related"]
    return found


def test_the_arabic_page_of_the_same_event_comes_first(ids: dict[str, str]) -> None:
    assert {FACTS[one]["event"] == FACTS[other]["event"] for one, other in EVENTS.items()} == {True}
    for persian, arabic in EVENTS.items():
        related = ask(ids[persian])
        assert related[0]["path"] == arabic, persian
        assert related[0]["language"] == "ar"
        assert related[0]["shared"]
        assert related[0]["document_id"] == ids[arabic]
        scores = [other["score"] for other in related]
        assert scores == sorted(scores, reverse=True)
    printed = call("related", ids["fa-jcpoa-vienna.txt"]).stdout
    assert printed.startswith(" 1. ar  2015-07-14  ar-nuclear-agreement-vienna.txt\n")
    assert "اتفاق تاريخي في فيينا بشأن البرنامج النووي الإيراني" in printed
    assert "vienna" in printed


def test_an_unknown_id_is_refused(ids: dict[str, str]) -> None:
    error = call("related", "no-such-id").exception
    assert isinstance(error, Misconfigured)
    assert error.reason == "There is no document no-such-id"


def test_a_trace_tells_what_a_copy_has_otherwise(ids: dict[str, str]) -> None:
    original, copy = "fa-kermanshah-earthquake.txt", "fa-western-iran-quake.txt"
    assert "copies" not in json.loads(call("trace", original, "--json").stdout)
    (told,) = json.loads(call("trace", original, "--copies", "--json").stdout)["copies"]
    assert (told["path"], told["document_id"]) == (copy, ids[copy])
    texts = [read_expected(name) for name in (original, copy)]
    assert told["differences"]
    for difference in told["differences"]:
        assert texts[0][slice(*difference["removed_offset"])] == difference["removed"]
        assert texts[1][slice(*difference["added_offset"])] == difference["added"]
    printed = call("trace", copy, "--copies").stdout
    assert f"copy {original}  {ids[original]}" in printed
    assert json.loads(call("trace", "fa-jcpoa-vienna.txt", "--copies", "--json").stdout)["copies"] == []
    assert "no other document has nearly this text" in call("trace", "fa-jcpoa-vienna.txt", "--copies").stdout
