"""Batches on processes that are forks of one with everything loaded, and that end with the run they work for.

Prefect's pool begins each of its processes as a Python of its own: some five seconds of a core for what a batch needs,
and 200 MB. Forks share both.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from threading import Thread
from typing import Any, Final, Self

from prefect.task_runners import ProcessPoolTaskRunner

from flows.forks import prepare_forks

#: What every batch needs, language data with the last; the command that runs them is imported in each of them anyway.
_LOADED: Final = ["__main__", "tasks.steps", "tasks.batch", "flows.prepared"]


class ForkedPool(ProcessPoolTaskRunner):
    """Prefect's pool of processes, of which the first batch starts them all from one."""

    def __init__(self, max_workers: int) -> None:
        super().__init__(max_workers, initializer=end_with_parent)

    def __enter__(self) -> Self:
        super().__enter__()
        prepare_forks(_LOADED)
        # Prefect leaves no choice of how processes begin, and its executor has begun none before the first task.
        given: Any = self._executor
        forking = multiprocessing.get_context("forkserver")
        self._executor = ProcessPoolExecutor(self._max_workers, forking, given._initializer, given._initargs)
        given.shutdown()
        return self


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has ended, in whatever way.

    A pool's process that waits for its next task hears nothing of a parent that was killed, and would wait for ever.
    """
    Thread(target=_follow, name="parent", daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
