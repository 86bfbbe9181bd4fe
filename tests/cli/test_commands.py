"""The command line without services: help, settings, and errors in words."""

import json
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from daftar.cli import commands, main

PROJECT = Path(__file__).resolve().parents[2]

#: The names in the design, which others script against.
NAMES = {"up", "down", "ingest", "search", "status", "trace", "failures", "related", "settings", "doctor"}


#: Those of operators.
OPERATING = {"rebuild", "rollback", "kibana", "monitor", "names"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without an installation."""
    monkeypatch.chdir(tmp_path)
    for name in ("DAFTAR_ELASTICSEARCH_URL", "DAFTAR_HOME", "DAFTAR_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call the command line as its user does; returns the exit code."""
    monkeypatch.setattr(sys, "argv", ["daftar", *arguments])
    try:
        main()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


def test_the_commands_of_the_design_are_there() -> None:
    assert set(commands.commands) >= NAMES | OPERATING


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_has_help_and_stands_in_the_docs(name: str) -> None:
    command = commands.commands[name]
    assert isinstance(command, click.Command)
    assert command.help
    assert CliRunner().invoke(commands, [name, "--help"]).exit_code == 0
    docs = (PROJECT / "README.md").read_text(encoding="utf-8") + (PROJECT / "docs" / "operating.md").read_text(
        encoding="utf-8"
    )
    assert f"daftar {name}" in docs


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_API_KEY", "c2VjcmV0")
    assert call(monkeypatch, "settings", "--json") == 0
    printed = capsys.readouterr().out
    assert "c2VjcmV0" not in printed
    assert json.loads(printed)["DAFTAR_ELASTICSEARCH_API_KEY"] == "********"


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DAFTAR_INTERVAL", "often")
    assert call(monkeypatch, "settings") == 1
    assert "DAFTAR_INTERVAL is not usable" in capsys.readouterr().err


def test_settings_come_from_the_env_file(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / ".env").write_text("DAFTAR_INDEX_PREFIX=akhbar\n", encoding="utf-8")
    call(monkeypatch, "settings", "--json")
    assert json.loads(capsys.readouterr().out)["DAFTAR_INDEX_PREFIX"] == "akhbar"


@pytest.mark.parametrize("arguments", [("search", "ایران"), ("status",), ("trace", "x.txt"), ("failures",)])
def test_without_an_elasticsearch_the_way_out_is_said(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, *arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "No Elasticsearch runs for this installation" in printed.err
    assert "daftar up" in printed.err
    assert len(printed.err.splitlines()) == 2


def test_an_elasticsearch_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    assert call(monkeypatch, "search", "x") == 1
    printed = capsys.readouterr().err
    assert "http://127.0.0.1:9 does not answer" in printed
    assert "Traceback" not in printed


def test_the_doctor_says_what_is_missing(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAFTAR_CACHE", str(elsewhere / "empty"))
    monkeypatch.setenv("PATH", str(elsewhere))
    assert call(monkeypatch, "doctor", "--json") == 1
    findings = {finding["what"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert not findings["Maven"]["ok"]
    assert "Install Maven" in findings["Maven"]["advice"]
    assert not findings["folder"]["ok"]
    assert findings["Python"]["ok"]


def test_the_tables_of_names_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "names", "check") == 0
    assert "are in order" in capsys.readouterr().out
    (tmp_path / "people.tsv").write_text("# for a test\nann-other\tAnn Other\tآن آدر\n", encoding="utf-8")
    monkeypatch.setattr("tasks.enrich.gazetteer.own_folder", lambda: tmp_path)
    assert call(monkeypatch, "names", "check", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["ok"]
    assert found["problems"][0].startswith("people.tsv, line 2: ")


def test_an_unknown_command_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, "fetch") == 2
    assert "No such command" in capsys.readouterr().err
