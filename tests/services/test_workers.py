"""Commands that work for an installation, known to whoever stops it."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from daftar.services import workers

pytestmark = pytest.mark.processes

#: Makes itself known, says so, and then waits to be ended, or refuses to end.
_WORKER = """
import signal, sys, time
from pathlib import Path
from daftar.services import workers
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
workers.announce(Path(sys.argv[1]))
workers.announce(Path(sys.argv[1]))
print("known", flush=True)
time.sleep(60 if sys.argv[2] != "quick" else 0)
"""


def begin(home: Path, manner: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WORKER, str(home), manner]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def wait_for_word(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout and worker.stdout.readline() == "known\n"


@pytest.mark.parametrize(("manner", "number"), [("obedient", signal.SIGTERM), ("stubborn", signal.SIGKILL)])
def test_a_command_is_ended(tmp_path: Path, manner: str, number: signal.Signals) -> None:
    with begin(tmp_path, manner) as worker:
        wait_for_word(worker)
        assert [process.pid for process in workers.find(tmp_path)] == [worker.pid]
        assert workers.end(tmp_path, patience=0.5) == 1
        assert worker.wait(timeout=10) == -number
    assert workers.find(tmp_path) == []


def test_one_that_has_ended_is_forgotten(tmp_path: Path) -> None:
    with begin(tmp_path, "quick") as worker:
        assert worker.wait(timeout=30) == 0
    assert list((tmp_path / "workers").iterdir()) == []


def test_a_file_left_behind_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / str(os.getppid())).touch()
    assert workers.end(tmp_path) == 0
    assert list((tmp_path / "workers").iterdir()) == []


def test_a_killed_one_is_forgotten(tmp_path: Path) -> None:
    with begin(tmp_path, "obedient") as worker:
        wait_for_word(worker)
        worker.kill()
    assert workers.find(tmp_path) == []
    assert list((tmp_path / "workers").iterdir()) == []


def test_none_begins_while_the_installation_is_stopped(tmp_path: Path) -> None:
    with workers.kept_out(tmp_path):
        with_us = begin(tmp_path, "obedient")
        time.sleep(1.0)
        assert workers.find(tmp_path) == []
    with with_us:
        wait_for_word(with_us)
        assert workers.end(tmp_path) == 1


def test_nothing_is_made_where_there_is_no_installation(tmp_path: Path) -> None:
    home = tmp_path / "none"
    with workers.kept_out(home):
        assert workers.find(home) == []
    assert not home.exists()


def test_a_lock_that_goes_a_moment_after_its_process_leaves_no_file(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    file = tmp_path / "workers" / str(ended.pid)
    file.parent.mkdir()
    lock = FileLock(file, thread_local=False)
    lock.acquire()
    threading.Timer(0.3, lock.release).start()
    assert workers.end(tmp_path) == 0
    assert list(file.parent.iterdir()) == []
