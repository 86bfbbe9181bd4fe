"""Background processes without pid files.

Every service is started in its own session with two variables in its environment: `DAFTAR_SERVICE`, its
name, and `DAFTAR_SERVICE_HOME`, the data folder it works for. Children inherit both, so whoever looks for a
service reads the environments of the running processes and finds the children of children too, whatever
became of their parents. A stale pid file, a reused process number or a killed parent cannot mislead it.
"""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

NAME_VARIABLE = "DAFTAR_SERVICE"
HOME_VARIABLE = "DAFTAR_SERVICE_HOME"

# How long killed processes may take to vanish, in seconds.
_KILL_GRACE = 5.0

# How long a new process may take to show its environment, and how long we wait before we believe that there is none.
_EXEC = 5.0
_LOOK_AGAIN = 0.02

# A Popen object must be kept until its process ends, so that the process can be waited for.
_spawned: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True)
class Account:
    """A user of the machine that a service runs under."""

    name: str
    uid: int
    gid: int


def unprivileged(home: Path) -> Account | None:
    """Choose the account for a service that refuses root; None when we are not root and it runs as we do.

    It is the owner of `home`, if that is not root; else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    owner = home.stat().st_uid if home.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner != 0 else pwd.getpwnam("nobody")
    except KeyError:
        # A container's volume may belong to a number that has no name here.
        return Account(str(owner), owner, home.stat().st_gid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_enter(account: Account, path: Path) -> bool:
    """Ask if `account` may enter `path`, or the nearest folder above it that is there; of a file, if it may read it."""
    while not os.path.lexists(path):
        path = path.parent
    # Asked as that user, because mode bits are not the whole truth (access lists, mounts).
    asked = subprocess.run(
        ["/bin/sh", "-c", 'if test -d "$1"; then test -x "$1"; else test -r "$1"; fi', "sh", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return asked.returncode == 0


def spawn(
    home: Path,
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
) -> psutil.Process:
    """Start `command` as the service `name` of `home`, in its own session, its output appended to `log`.

    `environ` is the whole environment (default: ours); the two markers are added. It outlives us.
    Raises OSError when the command cannot be started.
    """
    marked = {**(os.environ if environ is None else environ), NAME_VARIABLE: name, HOME_VARIABLE: _key(home)}
    options: dict[str, Any] = {}
    if account is not None:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell starts its background jobs with SIGINT ignored, and that is inherited through exec.
        options["preexec_fn"] = _restore_interrupt
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=marked,
            cwd=cwd,
            start_new_session=True,
            **options,
        )
    process = psutil.Process(child.pid)
    _spawned.add(child)
    deadline = time.monotonic() + _EXEC
    # For an instant after it has become another programme, a process shows no environment; until then, nobody finds it.
    while child.poll() is None and not _carries(process, name, _key(home)) and time.monotonic() < deadline:
        time.sleep(0.001)
    return process


def find(home: Path, name: str) -> list[psutil.Process]:
    """List the living processes of the service `name` of `home`, children included."""
    _reap()
    key = _key(home)
    for pause in (_LOOK_AGAIN, 0.0):
        if found := [process for process in psutil.process_iter() if _carries(process, name, key)]:
            return found
        time.sleep(pause)
    return []


def differs(home: Path, name: str, environ: Mapping[str, str]) -> bool:
    """Say whether the service `name` of `home` runs with other settings than those of `environ`."""
    for process in find(home, name):
        try:
            return _list_settings(process.environ()) != _list_settings(environ)
        except psutil.Error:
            # It has ended meanwhile, and runs with no settings at all.
            continue
    return False


def _list_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that decide what a service does: daftar's own, and its Prefect server."""
    return {
        name: value
        for name, value in environ.items()
        if (name.startswith("DAFTAR_") and name not in (NAME_VARIABLE, HOME_VARIABLE)) or name == "PREFECT_API_URL"
    }


def stop(home: Path, name: str, first_signal: int = signal.SIGTERM, grace: float = 10.0) -> None:
    """End the service `name` of `home`; afterwards `find` finds nothing of it.

    `first_signal` (SIGINT or SIGTERM) goes to the top-most processes, which end their children themselves.
    When those have ended, or after `grace` seconds, SIGTERM goes to all that are left, and when the time is up, but
    not before a few seconds more, SIGKILL. A zombie counts as gone. The process that calls this is spared, should it
    belong to the service.
    """
    deadline = time.monotonic() + grace
    found = _others(home, name)
    numbers = {process.pid for process in found}
    top = [process for process in found if _parent(process) not in numbers]
    send(top, first_signal)
    wait(top, grace)
    if left := _others(home, name):
        send(left, signal.SIGTERM)
        wait(left, max(min(grace, _KILL_GRACE), deadline - time.monotonic()))
    # A process may start another one while it is being killed: look until there is none.
    while left := _others(home, name):
        send(left, signal.SIGKILL)
        wait(left, _KILL_GRACE)


def lives(process: psutil.Process) -> bool:
    """Tell if `process` has not ended yet; a zombie has."""
    _reap()
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def send(processes: Iterable[psutil.Process], number: int) -> None:
    """Send a signal to processes; those that have ended meanwhile are passed over."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def wait(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Wait until all have ended or are zombies, `seconds` at the most."""
    deadline = time.monotonic() + seconds
    while any(lives(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def _key(home: Path) -> str:
    return str(home.resolve())


def _carries(process: psutil.Process, name: str, key: str) -> bool:
    try:
        environ = process.environ()
        return (
            environ.get(NAME_VARIABLE) == name
            and environ.get(HOME_VARIABLE) == key
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, OSError):
        # Gone meanwhile, or another user's: none of ours in either case.
        return False


def _others(home: Path, name: str) -> list[psutil.Process]:
    """List what `find` finds, without the process that asks."""
    return [process for process in find(home, name) if process.pid != os.getpid()]


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.Error:
        return None


def _reap() -> None:
    """Take the exit codes of our own children that have ended, so that they do not stay zombies."""
    for child in tuple(_spawned):
        if child.poll() is not None:
            _spawned.discard(child)


def _restore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
