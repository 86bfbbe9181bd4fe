"""A rebuild and a rollback killed at any moment."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import rebuilding
from archive import Archive
from rebuilding import list_indices, rebuild, serving

from tasks.cluster import Target
from tasks.indices import (
    reopen_abandoned,
)

pytestmark = [pytest.mark.search, pytest.mark.slow]

PROJECT = Path(__file__).resolve().parents[3]


def die(target: Target, work: str, moment: str, request: str) -> int:
    """Rebuild or roll back in a process that is killed around a request; returns its exit code."""
    command = [sys.executable, rebuilding.__file__, target.url, target.prefix, work, moment, request]
    return subprocess.run(command, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT)}, check=False).returncode


#: Where a rebuild and a rollback are killed, and whether the new version serves then.
DEATHS = [
    ("rebuild", "before", "PUT /{prefix}-documents-ar-", False),
    ("rebuild", "after", "/_bulk", False),
    ("rebuild", "after", "PUT /{prefix}-files-", False),
    ("rebuild", "after", "/_block/write", False),
    ("rebuild", "before", "/_aliases", False),
    ("rebuild", "after", "/_aliases", True),
    ("rebuild", "before", "DELETE /", False),
    ("rollback", "after", "/_bulk", False),
    ("rollback", "after", "/_block/write", False),
    ("rollback", "before", "/_aliases", False),
    ("rollback", "after", "/_aliases", True),
]


@pytest.mark.whole
@pytest.mark.processes
def test_killed_at_any_moment_it_leaves_nothing_that_shows(archive: Archive) -> None:
    target = archive.target
    rebuild(target)
    served = serving(target)
    for number, (work, moment, request, swapped) in enumerate(DEATHS):
        archive.write(f"new-{number}.txt", f"خبر\n\nnew {number}")
        archive.run()
        assert die(target, work, moment, request.format(prefix=target.prefix)) == -signal.SIGKILL
        archive.write(f"newer-{number}.txt", f"خبر\n\nnewer {number}")
        # What the next run does first; it does not have to wait for a process that is gone.
        reopen_abandoned(target, sleep=lambda _: None)
        archive.run()
        archive.check()
        now = serving(target)
        assert len(set(now.values())) == 1
        assert (now != served) == swapped, (work, moment, request)
        served = now
    rebuild(target)
    archive.run()
    archive.check()
    assert len(list_indices(target)) == 8
