"""Commands that do the work themselves, as `daftar ingest` does, and that `daftar down` has to end.

A command makes itself known before anything else, by a locked file named by its process's number: the lock goes
with the process, so a file left behind misleads nobody. While `down` stops an installation no command can begin,
so that none starts a run, or a service, between two of its steps.
"""

import atexit
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil
from filelock import FileLock, Timeout

from daftar.services import processes

#: Seconds a command may take to end when it is asked to; the ledger takes its death at any line.
_PATIENCE: Final = 10.0

_POLL: Final = 0.05


def announce(home: Path) -> None:
    """Make this process known as one that works for `home`; waits while the installation is being stopped."""
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / str(os.getpid())
    known = FileLock(file, is_singleton=True)
    with FileLock(_gate(home)):
        known.acquire()
    atexit.register(_withdraw, file, known)


@contextmanager
def kept_out(home: Path) -> Iterator[None]:
    """Let no command begin to work for `home` meanwhile."""
    if not home.is_dir():
        yield
        return
    with FileLock(_gate(home)):
        yield


def find(home: Path) -> list[psutil.Process]:
    """List the living processes that have made themselves known, but for this one; forget the dead.

    To be asked while the others are kept out: one that is just making itself known would be forgotten.
    """
    found = []
    for file in _list_files(home):
        try:
            with FileLock(file, timeout=0):
                file.unlink(missing_ok=True)
        except Timeout:
            with suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(int(file.name)))
    return found


def end(home: Path, patience: float = _PATIENCE) -> int:
    """End those that `find` finds, by SIGTERM, after `patience` seconds by SIGKILL; returns how many."""
    workers = find(home)
    processes.send(workers, signal.SIGTERM)
    processes.wait(workers, patience)
    processes.send(filter(processes.lives, workers), signal.SIGKILL)
    processes.wait(workers, patience)
    deadline = time.monotonic() + patience
    # A process counts as dead while its last threads still hold its lock.
    while _list_files(home) and time.monotonic() < deadline:
        find(home)
        time.sleep(_POLL)
    return len(workers)


def _list_files(home: Path) -> list[Path]:
    """List the files of all processes but this one, living or dead."""
    return [file for file in _folder(home).glob("[0-9]*") if file.name != str(os.getpid())]


def _withdraw(file: Path, known: FileLock) -> None:
    file.unlink(missing_ok=True)
    known.release()


def _folder(home: Path) -> Path:
    return home / "workers"


def _gate(home: Path) -> Path:
    return home / "workers.lock"
