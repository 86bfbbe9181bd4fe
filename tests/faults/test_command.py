"""The real command under a real Prefect server, killed in the middle: the next one alone makes all agree."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from archive import Archive, empty
from runs import ALL, FILES, fill, page, seeds, wait_until

from daftar.services import processes
from daftar.services.prefect import SERVER, Server
from tasks.cluster import Target, connect

pytestmark = [pytest.mark.processes, pytest.mark.search, pytest.mark.flows]

#: Seconds after which a run ends whose server is gone.
PATIENCE = 40 if ALL else 5

#: Some of the pages that `fill` writes are no text.
SOME_QUARANTINED = 3


@dataclass(frozen=True)
class Command:
    """`daftar` over a folder of its own."""

    archive: Archive
    home: Path
    limit: int = 1 << 20

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAFTAR_", "PREFECT_"))}
        target = self.archive.target
        return kept | {
            "DAFTAR_HOME": str(self.home),
            "DAFTAR_FOLDER": str(self.archive.folder),
            "DAFTAR_ELASTICSEARCH_URL": target.url,
            "DAFTAR_INDEX_PREFIX": target.prefix,
            "DAFTAR_PREFECT_PORT": "14520",
            "DAFTAR_PREFECT_PATIENCE": str(PATIENCE),
            "DAFTAR_FILE_LIMIT": str(self.limit),
            "DAFTAR_SETTLE": "0",
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [str(Path(sys.executable).with_name("daftar")), *arguments, "--json"]
        return subprocess.Popen(
            command, cwd=self.home, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def call(self, *arguments: str, expect: int = 0) -> Any:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == expect, errors
        assert "Traceback" not in errors
        return json.loads(output)

    def count_entries(self) -> int:
        connect(self.archive.target).indices.refresh(index=self.archive.target.files)
        return int(connect(self.archive.target).count(index=self.archive.target.files)["count"])

    def check(self) -> None:
        """Run once more; then status, ledger, folder and index say the same."""
        sums = self.call("ingest", expect=SOME_QUARANTINED)
        numbers = (sums[name] for name in ("new", "changed", "duplicate", "quarantined", "ignored", "unchanged"))
        assert sum(numbers) == FILES
        self.archive.check()
        status = self.call("status")
        assert status["adds_up"] is True
        assert status["files_on_disk"] == FILES
        assert status["documents"] == status["ledger"]["indexed"] == len(self.archive.current_ids())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    try:
        yield home
    finally:
        Server(home).stop()


@pytest.fixture
def command(tmp_path: Path, faults_target: Target, home: Path) -> Command:
    empty(faults_target)
    folder = tmp_path / "اخبار"
    folder.mkdir()
    fill(Archive(folder, faults_target))
    return Command(Archive(folder, faults_target), home)


@pytest.mark.parametrize("seed", seeds(20))
def test_killed_command(command: Command, seed: int) -> None:
    entries = random.Random(seed).randrange(1, FILES * 3 // 4)
    process = command.start("ingest")
    wait_until(lambda: command.count_entries() >= entries or process.poll() is not None, 120)
    time.sleep(random.Random(seed).random() / 4)
    process.kill()
    process.communicate()
    assert process.returncode in (-signal.SIGKILL, SOME_QUARANTINED)
    command.check()


def test_prefect_dies_in_the_middle(command: Command) -> None:
    """The command says so and ends by itself; the next one starts the server again and carries on."""
    process = command.start("ingest")
    wait_until(lambda: command.count_entries() >= FILES // 5 or process.poll() is not None, 120)
    for server in processes.find(command.home, SERVER):
        server.kill()
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert output == ""
    said, advised = errors.strip().splitlines()
    assert "Prefect's server at http://127.0.0.1:" in said
    assert "does not answer any more" in said
    assert "daftar ingest" in advised
    command.check()


def test_failures_are_listed_and_tried_again(command: Command) -> None:
    """What was too large is well with a larger limit; what is no text stays, with one more attempt."""
    archive = command.archive
    for file in archive.folder.rglob("*.txt"):
        file.unlink()
    archive.write("ok.txt", page(1))
    archive.write("long.txt", page(2) * 1000)
    archive.write("b\n.txt", b"\x00\x01\x02" * 20)
    small = replace(command, limit=10_000)
    assert small.call("ingest", expect=SOME_QUARANTINED)["quarantined"] == 2
    listed = small.call("failures", expect=SOME_QUARANTINED)
    assert listed["folder"] == str(archive.folder)
    assert listed["total"] == 2
    first, second = listed["failures"]
    assert (first["path"], first["step"], first["attempts"]) == ("b\n.txt", "read", 1)
    assert second["reason"].startswith("larger than the limit")
    assert all(failure[name] for failure in listed["failures"] for name in ("reason", "advice", "time", "run_id"))
    again = command.call("failures", "--retry", expect=SOME_QUARANTINED)
    assert (again["run"]["new"], again["run"]["quarantined"]) == (1, 1)
    assert [(failure["path"], failure["attempts"]) for failure in again["failures"]] == [("b\n.txt", 2)]
    (archive.folder / "b\n.txt").unlink()
    command.call("ingest")
    assert command.call("failures")["failures"] == []


def test_two_commands_at_once(command: Command) -> None:
    """The second waits for the first and finds nothing left to do."""
    processes_of_two = [command.start("ingest") for _ in range(2)]
    answers = [process.communicate(timeout=300) for process in processes_of_two]
    assert [process.returncode for process in processes_of_two] == [SOME_QUARANTINED] * 2, answers
    new = sorted(json.loads(output)["new"] for output, _ in answers)
    assert new[0] == 0 < new[1]
    command.check()
