"""Pages a second through the steps that need no Elasticsearch, on one process and on two.

`python -m benchmarks.scaling [--files 1000] [--runs 5]`. The processes have loaded their tables before the clock runs,
and nothing else should run beside: two processes on two cores share the memory's speed, and no more.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Final

from benchmarks.corpus import write_pages
from benchmarks.finishing import finish, list_file
from benchmarks.throughput import write_spread
from tasks.enrich import warm

#: Pages a process takes at one time: few, so that both end together.
_CHUNK: Final = 10


def main(arguments: list[str] | None = None) -> None:
    """Measure and print a table; without `arguments` those of the command line count."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling")
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "pages"
        write_pages(folder, asked.files)
        paths = sorted(folder.iterdir())
        with start_processes(1) as one, start_processes(2) as two:
            runs = [(measure(one, paths), measure(two, paths)) for _ in range(asked.runs)]
    print(
        f"Read, detected, normalised and enriched, of {asked.files:,} files; median (least to most) of {asked.runs}.\n"
    )
    print("| 1 process, pages/s | 2 processes, pages/s | ratio |\n| --- | --- | --- |")
    ones, twos = zip(*runs, strict=True)
    ratios = [two / one for one, two in runs]
    print(f"| {write_spread(ones, '.0f')} | {write_spread(twos, '.0f')} | {write_spread(ratios, '.2f')} |")


@contextmanager
def start_processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that have loaded everything."""
    # Each loads its own tables: two that share them would show less of what two cores have in common.
    context = get_context("spawn")
    gate = context.Barrier(number)
    with ProcessPoolExecutor(number, context, initializer=prepare, initargs=(gate,)) as processes:
        list(processes.map(time.sleep, [0] * number))
        yield processes


def prepare(gate: Barrier) -> None:
    """Load the tables, and wait for the others to have done so."""
    warm()
    gate.wait()


def measure(processes: ProcessPoolExecutor, paths: list[Path]) -> float:
    """Return how many pages a second the processes take through the steps, all of them together."""
    began = time.monotonic()
    done = sum(processes.map(finish_page, paths, chunksize=_CHUNK))
    return done / (time.monotonic() - began)


def finish_page(path: Path) -> int:
    """Take a page through the steps; returns 1, since a finished document would be pickled on its way back."""
    finish(path.parent, list_file(path))
    return 1


if __name__ == "__main__":
    main()
