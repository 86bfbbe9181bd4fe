"""How far a run has come, for whoever runs it in this process and wants to show it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_watchers: list[Callable[[int, int], None]] = []


@contextmanager
def watching(watcher: Callable[[int, int], None]) -> Iterator[None]:
    """Call `watcher` with the files done and the files to do whenever a batch ends, while the block runs."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


def report_progress(done: int, total: int) -> None:
    """Tell everyone who watches."""
    for watcher in _watchers:
        watcher(done, total)
