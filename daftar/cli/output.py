"""What commands print: tables and words for people, one JSON object for scripts."""

import time
from typing import Any, Final, Self

import click
import orjson
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table
from rich.text import Text

#: Results, which may be piped; everything that is not a result goes to `notices`.
results = Console(highlight=False, soft_wrap=False)
notices = Console(stderr=True, highlight=False)

#: Seconds that are over before anyone wants to know how long.
_SHORT: Final = 2.0

MARK = "<em>"
END_MARK = "</em>"


class Bar:
    """A progress bar on standard error, which appears only when the work takes longer than two seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._progress = Progress(
            *Progress.get_default_columns(), MofNCompleteColumn(), console=notices, transient=True
        )
        self._task = self._progress.add_task("files", total=None)
        self._visible = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._visible:
            self._progress.stop()

    def show(self, done: int, total: int) -> None:
        """Say how many files are done, of how many."""
        if not self._visible and time.monotonic() - self._began > _SHORT:
            self._progress.start()
            self._visible = True
        self._progress.update(self._task, completed=done, total=total)


def print_json(value: Any) -> None:
    """Print one object on one line."""
    click.echo(orjson.dumps(value).decode())


def mark(text: str) -> Text:
    """Turn a highlight of the search into styled text."""
    styled = Text()
    head, *rest = text.split(MARK)
    styled.append(head)
    for part in rest:
        marked, _, tail = part.partition(END_MARK)
        styled.append(marked, style="bold yellow")
        styled.append(tail)
    return styled


def make_table(*columns: str) -> Table:
    """A table without lines; the last column, where titles stand, takes the room that is left."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        last = column == columns[-1]
        table.add_column(column, overflow="fold" if last else "ellipsis", no_wrap=not last)
    return table
