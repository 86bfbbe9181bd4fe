"""What `daftar monitor` and `/metrics` say of an archive."""

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive import Archive

from daftar.cli import main
from daftar.measures import find_problems, read_measures
from daftar.web.metrics import write_metrics
from tasks.cluster import Target, connect
from tests.web.reader import read_from

Json = dict[str, Any]

GB = 1024**3


def a_state(**changes: Any) -> Json:
    """An installation that is well."""
    return {
        "adds_up": True,
        "last_run": {"state": "Completed", "message": "1 new, 0 failed"},
        "schedule": {"served": True},
        "oldest_waiting_seconds": None,
        "disk": {"indices": GB, "elasticsearch_free": 50 * GB, "home_free": 50 * GB},
        **changes,
    }


def test_no_problem() -> None:
    assert find_problems(a_state(), 300) == []
    assert find_problems(a_state(oldest_waiting_seconds=800.0, last_run=None), 300) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"adds_up": False}, "folder and ledger differ"),
        (
            {"last_run": {"state": "Failed", "message": "Elasticsearch does not answer"}},
            "the last run ended as Failed: Elasticsearch does not answer",
        ),
        ({"schedule": None}, "nobody runs the schedule"),
        ({"schedule": {"served": False}}, "nobody runs the schedule"),
        # Three intervals of 300 seconds are 900.
        ({"oldest_waiting_seconds": 3661.0}, "a file has waited for 1:01:01"),
        (
            {"disk": {"indices": 0, "elasticsearch_free": int(1.5 * GB), "home_free": 50 * GB}},
            "Elasticsearch's disk has only 1.5 GB left",
        ),
    ],
)
def test_problems(changes: Json, problem: str) -> None:
    assert find_problems(a_state(**changes), 300) == [problem]


@pytest.fixture
def archive(tmp_path: Path, target: Target) -> Archive:
    """One page in each language, one that cannot be read, and one that is still being written."""
    folder = tmp_path / "pages"
    folder.mkdir()
    archive = Archive(folder, target)
    archive.write("a.txt", "خبر تازه\n\nگزارش")
    archive.write("b.txt", "تقرير\n\nتقرير")
    archive.write("c.txt", b"\x00\x01\x02\x03" * 100)
    archive.run()
    since = datetime.now(UTC) - timedelta(hours=2)
    entry = {"path": "d.txt", "root": archive.root, "status": "waiting", "first_seen": since.isoformat()}
    connect(target).index(index=target.files, document=entry, refresh=True)
    return archive


@pytest.mark.search
class TestArchive:
    def test_measures(self, archive: Archive, tmp_path: Path) -> None:
        run_id = archive.entries()["a.txt"]["run_id"]
        last = {"run_id": run_id, "seconds": 2.0}
        found = read_measures(archive.target, archive.root, tmp_path / "not" / "there", None, last)
        assert found["throughput"] == {"files": 3, "seconds": 2.0, "files_per_second": 1.5}
        assert 7200 <= found["oldest_waiting_seconds"] < 7300
        assert found["versions"]["indices"] == 1
        assert found["schedule"] is None
        assert all(number > 0 for number in found["disk"].values())
        elsewhere = read_measures(archive.target, "another folder", tmp_path, None, None)
        assert (elsewhere["oldest_waiting_seconds"], elsewhere["throughput"]) == (None, None)

    def test_metrics(self, archive: Archive) -> None:
        lines = write_metrics(lambda: archive.target).decode().splitlines()
        values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        assert values["daftar_elasticsearch_up"] == "1.0"
        assert values['daftar_files{status="indexed"}'] == "2.0"
        assert values['daftar_files{status="quarantined"}'] == "1.0"
        assert values['daftar_documents{language="fa"}'] == values['daftar_documents{language="ar"}'] == "1.0"
        assert float(values["daftar_oldest_waiting_seconds"]) >= 7200
        assert all(re.fullmatch(r'daftar_[a-z_]+(\{[a-z]+="[a-z]+"\})?', name) for name in values)

    def test_the_page_serves_them(self, archive: Archive) -> None:
        answer = read_from(archive.target).get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert "daftar_elasticsearch_up 1.0" in answer.text

    def test_the_command_is_critical_without_a_schedule(
        self, archive: Archive, call: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert call(archive.target, archive.folder, "monitor", "--json") == 2
        told = json.loads(capsys.readouterr().out)
        assert told["status"] == "CRITICAL"
        assert "nobody runs the schedule" in told["problems"]
        assert told["quarantined"] == 1


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Calls the command line as its user does."""

    def call(target: Target, folder: Path, *arguments: str) -> int:
        monkeypatch.setenv("DAFTAR_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("DAFTAR_FOLDER", str(folder))
        monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", target.url)
        monkeypatch.setenv("DAFTAR_INDEX_PREFIX", target.prefix)
        monkeypatch.setattr(sys, "argv", ["daftar", *arguments])
        with pytest.raises(SystemExit) as leaving:
            main()
        return int(leaving.value.code or 0)

    return call


def test_an_elasticsearch_that_does_not_answer(
    tmp_path: Path, call: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    target = Target("http://127.0.0.1:1")
    assert "daftar_elasticsearch_up 0.0" in write_metrics(lambda: target).decode()
    assert call(target, tmp_path, "monitor") == 2
    printed = capsys.readouterr()
    assert printed.out.startswith("CRITICAL: Elasticsearch at http://127.0.0.1:1 does not answer")
    assert len(printed.out.splitlines()) == 1
