"""Runs as forks of a process that has everything loaded: most of what a short run costs is what it imports.

Prefect starts a run as `python -m prefect.engine` by the function `run_process` of the module that does it, and says
there that it is to be replaced to do it otherwise.
"""

import logging
import multiprocessing
import os
import runpy
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import forkserver, util
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock
from typing import Any, Final

from anyio import CancelScope, to_thread
from anyio.abc import TaskStatus
from prefect.runner import _starter_engine

import flows
import mappings
import tasks

_ENGINE: Final = "prefect.engine"

#: The address of a socket has 104 to 108 bytes, by system; Python makes some 35 of them, and a name for its folder.
_DEEPEST: Final = 60
_SHORT: Final = "/tmp"  # noqa: S108 (a folder of a name of its own is made in it, for this user alone)

#: What every run needs, language data with the last.
_LOADED: Final = ["flows.deployments", "tasks.batch", "flows.prepared"]

#: Where what a run uses lies, tables among it.
_PACKAGES: Final = [Path(package.__file__).parent for package in (flows, mappings, tasks) if package.__file__]

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Fork:
    """The process of a run as Prefect's runner looks at it."""

    process: ForkServerProcess
    returncode: int | None = None
    _waiting: Lock = field(default_factory=Lock)

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self.process.pid

    def wait(self) -> int | None:
        """Wait until the process has ended; returns its exit code, negative for a signal."""
        # Two threads that wait at the same time would take the exit code from each other.
        with self._waiting:
            self.process.join()
            return self.process.exitcode


def fork_runs() -> None:
    """Let every run that this process starts be a fork; the process they are forked from is started now."""
    began = time.time()
    try:
        prepare_forks(_LOADED)
        forkserver.ensure_running()
    except OSError:
        _log.warning("Runs cannot be forked here, so each begins in a Python of its own", exc_info=True)
        return
    # Its own text asks for it: "patch the module to override".
    _starter_engine.run_process = partial(run_process, since=began)  # type: ignore[attr-defined, assignment]


def prepare_forks(modules: list[str]) -> None:
    """Say which modules forked processes are to have loaded; the first of them starts the one that loads them.

    Raises OSError when there is no folder for its socket.
    """
    # A thread of numpy's would not outlive a fork, and there is nothing here for two.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    forkserver.set_forkserver_preload(modules)
    _choose_folder()


def _choose_folder() -> None:
    """Let the fork server's socket lie where its address fits: an installation may lie too deep for that."""
    given = tempfile.gettempdir()
    try:
        tempfile.tempdir = given if len(os.fsencode(given)) <= _DEEPEST else _SHORT
        # Chosen once, for the life of this process.
        util.get_temp_dir()
    finally:
        tempfile.tempdir = given


async def run_process(
    command: list[str],
    *,
    task_status: TaskStatus[Any],
    task_status_handler: Callable[[Fork], Any],
    env: Mapping[str, str],
    cwd: Path | None = None,
    stream_output: bool = True,  # noqa: ARG001 (a fork writes to our output anyway)
    since: float,
) -> Fork:
    """Run Prefect's engine to its end; cancelled, end it first. Takes what Prefect's function of that name does.

    `since` is the moment (seconds since 1970) before which nothing was loaded.
    """
    if command[1:] != ["-m", _ENGINE]:
        raise ValueError(f"only runs of flows are forked, not {command}")
    fork = await to_thread.run_sync(start, env, cwd, since)
    task_status.started(task_status_handler(fork))
    try:
        fork.returncode = await to_thread.run_sync(fork.wait, abandon_on_cancel=True)
    finally:
        if fork.returncode is None:
            fork.process.terminate()
            with CancelScope(shield=True):
                fork.returncode = await to_thread.run_sync(fork.wait)
    return fork


def start(env: Mapping[str, str], cwd: Path | None, since: float) -> Fork:
    """Start Prefect's engine with an environment, in a folder or where this process is."""
    process = multiprocessing.get_context("forkserver").Process(target=_run_engine, args=(dict(env), cwd, since))
    process.start()
    return Fork(process)


def _run_engine(env: dict[str, str], cwd: Path | None, since: float) -> None:
    if cwd is not None:
        os.chdir(cwd)
    if has_changed(since):
        # This run has daftar as it is now, as if it had not been forked.
        os.execve(sys.executable, [sys.executable, "-m", _ENGINE], env)  # noqa: S606 (nothing of it comes from outside)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [_ENGINE]
    # Imported by what was loaded; what runs is not to be there under two names.
    sys.modules.pop(_ENGINE, None)
    runpy.run_module(_ENGINE, run_name="__main__", alter_sys=True)


def has_changed(since: float) -> bool:
    """Say whether any file that a run uses has come, changed or gone since a moment, in seconds since 1970."""
    files = (file for package in _PACKAGES for file in package.rglob("*") if "__pycache__" not in file.parts)
    try:
        return any(file.stat().st_ctime > since for file in files)
    except FileNotFoundError:
        # Gone while we looked.
        return True
