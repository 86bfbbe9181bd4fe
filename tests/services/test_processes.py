"""Real processes, started and found again by what their environment says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from daftar.services import processes

NAME = "sleeper"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    processes.stop(tmp_path, NAME, grace=0.1)


def spawn(home: Path, code: str, name: str = NAME) -> psutil.Process:
    return processes.spawn(home, name, [sys.executable, "-c", code], home / "log")


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)


def says(home: Path, word: str) -> Callable[[], bool]:
    return lambda: word in (home / "log").read_text()


def pids(home: Path, name: str = NAME) -> set[int]:
    return {process.pid for process in processes.find(home, name)}


SLEEP = "import time; print('ready', flush=True); time.sleep(300)"
# Starts a grandchild and ends: the grandchild is re-parented.
ORPHANING = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}])"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
TELLING = (
    "import signal, sys, time\n"
    "def tell(number, frame):\n"
    "    print(signal.Signals(number).name, flush=True)\n"
    "    sys.exit()\n"
    "signal.signal(signal.SIGTERM, tell)\n"
    "print('ready', flush=True)\n"
    "try:\n"
    "    time.sleep(300)\n"
    "except KeyboardInterrupt:\n"
    "    print('SIGINT', flush=True)\n"
)


def test_finds_its_own_session_and_only_this_name_and_home(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    child = spawn(home, SLEEP)
    assert pids(home) == {child.pid}
    assert os.getsid(child.pid) == child.pid
    assert pids(home, "another") == set()
    assert pids(tmp_path_factory.mktemp("another")) == set()


def test_finds_through_a_link(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    child = spawn(home, SLEEP)
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(home)
    assert pids(link) == {child.pid}


def test_output_is_appended_and_input_is_empty(home: Path) -> None:
    (home / "log").write_text("before\n")
    spawn(home, "import sys; print(repr(sys.stdin.read())); print('bad', file=sys.stderr)")
    wait_for(lambda: not pids(home))
    assert sorted((home / "log").read_text().split()) == ["''", "bad", "before"]


def test_environment_and_folder(home: Path) -> None:
    code = "import os; print(sorted(os.environ), os.getcwd())"
    folder = home / "کار"
    folder.mkdir()
    processes.spawn(
        home,
        NAME,
        [sys.executable, "-c", code],
        home / "log",
        environ={"ONLY": "this", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
        cwd=folder,
    )
    wait_for(lambda: not pids(home))
    said = (home / "log").read_text(encoding="utf-8")
    assert said == f"['DAFTAR_SERVICE', 'DAFTAR_SERVICE_HOME', 'LC_ALL', 'ONLY', 'PYTHONUTF8'] {folder.resolve()}\n"


def test_a_command_that_is_not_there(home: Path) -> None:
    with pytest.raises(FileNotFoundError):
        processes.spawn(home, NAME, [str(home / "nothing")], home / "log")


def test_an_orphaned_grandchild_is_found_and_stopped(home: Path) -> None:
    child = spawn(home, ORPHANING)
    wait_for(says(home, "ready"))
    wait_for(lambda: child.pid not in pids(home))
    (orphan,) = processes.find(home, NAME)
    assert orphan.ppid() != child.pid
    processes.stop(home, NAME)
    assert pids(home) == set()
    assert not processes.lives(orphan)


def test_only_the_top_most_get_the_first_signal(home: Path) -> None:
    # The parent ends its child itself; a signal to the child would make it say so.
    parent = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {TELLING!r}])\n"
        "try:\n"
        "    time.sleep(300)\n"
        "except KeyboardInterrupt:\n"
        "    child.kill(); child.wait(); print('parent ended', flush=True)\n"
    )
    spawn(home, parent)
    wait_for(says(home, "ready"))
    processes.stop(home, NAME, signal.SIGINT)
    assert (home / "log").read_text().splitlines() == ["ready", "parent ended"]
    assert pids(home) == set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_signal(home: Path, number: signal.Signals) -> None:
    spawn(home, TELLING)
    wait_for(says(home, "ready"))
    processes.stop(home, NAME, number)
    assert (home / "log").read_text().splitlines() == ["ready", number.name]


def test_after_an_ignored_interrupt_comes_a_termination(home: Path) -> None:
    spawn(home, f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {SLEEP}")
    wait_for(says(home, "ready"))
    processes.stop(home, NAME, signal.SIGINT, grace=0.2)
    assert pids(home) == set()


def test_a_child_that_ignores_termination_is_killed(home: Path) -> None:
    child = spawn(home, DEAF)
    wait_for(says(home, "ready"))
    processes.stop(home, NAME, grace=0.2)
    assert pids(home) == set()
    assert not processes.lives(child)


def test_interrupts_reach_a_child_of_a_background_job(home: Path) -> None:
    # A shell starts background jobs with SIGINT ignored; everything started from there inherits that.
    starter = (
        "import signal, sys; from pathlib import Path; from daftar.services import processes\n"
        "assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN\n"
        f"home = Path({str(home)!r})\n"
        f"processes.spawn(home, {NAME!r}, [sys.executable, '-c', {TELLING!r}], home / 'log')\n"
    )
    subprocess.run(["/bin/sh", "-c", 'trap "" INT; "$0" -c "$1"', sys.executable, starter], check=True, cwd=Path.cwd())
    wait_for(says(home, "ready"))
    processes.stop(home, NAME, signal.SIGINT)
    assert (home / "log").read_text().splitlines() == ["ready", "SIGINT"]


def test_it_survives_the_kill_of_whoever_started_it(home: Path) -> None:
    starter = (
        "import os, signal, sys; from pathlib import Path; from daftar.services import processes\n"
        f"home = Path({str(home)!r})\n"
        f"print(processes.spawn(home, {NAME!r}, [sys.executable, '-c', {SLEEP!r}], home / 'log').pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    started = subprocess.run([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True)
    assert started.returncode == -signal.SIGKILL
    assert pids(home) == {int(started.stdout)}


def test_a_zombie_counts_as_gone(home: Path) -> None:
    # A parent outside the service that never waits for its child.
    starter = (
        "import subprocess, sys, time, os\n"
        "marks = {'DAFTAR_SERVICE': sys.argv[1], 'DAFTAR_SERVICE_HOME': sys.argv[2]}\n"
        "child = subprocess.Popen(['true'], env={**os.environ, **marks})\n"
        "print(child.pid, flush=True); time.sleep(300)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, NAME, str(home.resolve())], stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        zombie = psutil.Process(int(parent.stdout.readline()))
        wait_for(lambda: zombie.status() == psutil.STATUS_ZOMBIE)
        assert not processes.lives(zombie)
        assert pids(home) == set()
        processes.stop(home, NAME)
    finally:
        parent.kill()
        parent.communicate()


def test_stop_without_anything_running(home: Path) -> None:
    processes.stop(home, NAME)
    assert pids(home) == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to choose another account")
class TestAccounts:
    def test_a_home_of_root_is_served_by_nobody(self, tmp_path: Path) -> None:
        account = processes.unprivileged(tmp_path)
        assert account is not None
        assert account.name == "nobody"
        assert account.uid != 0

    @pytest.mark.parametrize("number", [1, 54321])
    def test_a_home_of_another_is_served_by_its_owner(self, tmp_path: Path, number: int) -> None:
        os.chown(tmp_path, number, -1)
        account = processes.unprivileged(tmp_path)
        assert account is not None
        assert account.uid == number

    def test_spawned_under_the_account(self, home: Path) -> None:
        account = processes.unprivileged(home)
        assert account is not None
        processes.spawn(home, NAME, ["/bin/sh", "-c", "id -u; id -G"], home / "log", account=account, cwd=Path("/"))
        wait_for(lambda: not pids(home))
        assert (home / "log").read_text().split() == [str(account.uid), str(account.gid)]

    @pytest.mark.parametrize(("mode", "expected"), [(0o700, False), (0o711, True), (0o755, True)])
    def test_can_enter(self, mode: int, expected: bool) -> None:
        account = processes.unprivileged(Path("/"))
        assert account is not None
        folder = Path("/var/tmp") / f"daftar-test-{os.getpid()}"
        folder.mkdir()
        try:
            folder.chmod(mode)
            assert processes.can_enter(account, folder) is expected
            assert processes.can_enter(account, folder / "not" / "there") is expected
        finally:
            folder.rmdir()


def test_an_ordinary_user_keeps_its_own_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert processes.unprivileged(tmp_path) is None
