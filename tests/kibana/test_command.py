"""`daftar kibana push` and `check` as their users call them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daftar.cli import main
from daftar.services import kibana_client
from tasks.cluster import Target
from tests.kibana.stub import Stub, serve


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without an installation, and no pauses."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kibana_client, "_PAUSE", 0.01)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with serve(Stub(authorization="ApiKey c2VjcmV0")) as stub:
        monkeypatch.setenv("DAFTAR_KIBANA_URL", stub.url)
        monkeypatch.setenv("DAFTAR_KIBANA_API_KEY", "c2VjcmV0")
        yield stub


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["daftar", "kibana", *arguments])
    with pytest.raises(SystemExit) as leaving:
        main()
    return int(leaving.value.code or 0)


def test_push(stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DAFTAR_INDEX_PREFIX", "press")
    monkeypatch.setenv("DAFTAR_PAGE_URL", "https://archive.example/search")
    assert call(monkeypatch, "push", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["url"] == stub.url
    assert told["objects"] == {"dashboard": 2, "index-pattern": 2, "search": 5}
    assert told["dashboards"][0] == f"{stub.url}/app/dashboards#/view/press-news"
    assert ("dashboard", "press-news") in stub.objects
    view = stub.objects["index-pattern", "press-documents"]
    assert "https://archive.example/search/" in json.dumps(view)


def test_links_lead_to_this_machine_unless_an_address_is_set(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFTAR_PAGE_PORT", "8123")
    assert call(monkeypatch, "push") == 0
    assert "http://127.0.0.1:8123/" in json.dumps(stub.objects["index-pattern", "daftar-documents"])


def test_the_defaults_of_the_space_are_left_when_told_to(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch, "push", "--no-defaults") == 0
    assert (stub.settings, stub.default_view) == ({}, None)


def test_a_wrong_key_is_an_error_that_does_not_show_it(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAFTAR_KIBANA_API_KEY", "d3Jvbmc=")
    assert call(monkeypatch, "push", "--json") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "refused daftar's credentials (401)" in printed.err
    assert "DAFTAR_KIBANA_API_KEY" in printed.err
    assert "d3Jvbmc=" not in printed.err
    assert stub.objects == {}


def test_without_a_kibana(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DAFTAR_KIBANA_URL", raising=False)
    assert call(monkeypatch, "push") == 1
    assert "Set DAFTAR_KIBANA_URL" in capsys.readouterr().err


@pytest.mark.search
def test_check(target: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", target.url)
    monkeypatch.setenv("DAFTAR_INDEX_PREFIX", target.prefix)
    assert call(monkeypatch, "check", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert {finding["place"] for finding in told["findings"]} == {target.documents(), target.files}
