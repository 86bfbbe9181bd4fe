"""One run a folder at a time, on this machine.

The lock is the operating system's, held by the process that works: it is free the moment that process ends,
however it ends. A limit kept by the Prefect server would stay taken for minutes after a hard kill.
Correctness does not rest on it: two runs over one folder do work twice, and come to the same result.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class Busy(Exception):
    """Another run holds the folder."""


@contextmanager
def hold(home: Path, folder: Path, wait: bool) -> Iterator[None]:
    """Hold `folder` while the block runs; without `wait` raise Busy at once when another run has it."""
    lock = _lock(home, folder)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as error:
        raise Busy from error
    try:
        yield
    finally:
        lock.release()


def is_held(home: Path, folder: Path) -> bool:
    """Say whether a run holds `folder` at this moment."""
    try:
        with hold(home, folder, wait=False):
            return False
    except Busy:
        return True


def _lock(home: Path, folder: Path) -> FileLock:
    locks = home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return FileLock(locks / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.lock")
