"""Showing how far a long download is."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn


class Display:
    """Progress: a bar on a terminal, else a line every ten seconds; nothing in the first two seconds."""

    def __init__(self, title: str, total: int, console: Console) -> None:
        self._title, self._total, self._console = title, total, console
        self._next = time.monotonic() + 2.0
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: int) -> None:
        """Say that `done` bytes are there."""
        done = min(done, self._total)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done)
        elif time.monotonic() < self._next:
            return
        elif self._console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console)
            self._bar.start()
            self._bar.add_task(self._title, total=self._total, completed=done)
        else:
            self._next = time.monotonic() + 10.0
            self._console.print(f"{self._title}: {done / 1e6:.0f} of {self._total / 1e6:.0f} MB")
