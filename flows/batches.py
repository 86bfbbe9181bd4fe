"""How the files of a run are parted into batches."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tasks.document import File

#: A task run costs the Prefect server some 45 ms, so a flow run has at most about so many.
BATCHES: Final = 400

#: Files of one batch; one flow run takes at most BATCHES times this, the rest is for the next.
BATCH_FILES: Final = 400

#: Fewer files of many make no batch: what a batch asks of Prefect and Elasticsearch would cost more than its files.
LEAST_FILES: Final = 40

#: A run of some size has so many batches, which keeps all workers busy to its end, until they are of USUAL_FILES.
USUAL_BATCHES: Final = 16
USUAL_FILES: Final = 250

#: Up to so many files, every step of every file is a task run of its own.
FILES_BY_STEP: Final = 25


def choose_sizes(files: int) -> list[int]:
    """Return how many files each batch of a run has: one while each is to be seen, then so many that they are few.

    Of a long run the first two and the last two are smaller. Elasticsearch has nothing to do before the first has been
    read, and reading nothing while the last is stored. `choose_sizes(4_000)` begins and ends with 62 and 125.
    """
    size = choose_usual_size(files)
    ends = [size // 4, size // 2] if size >= USUAL_FILES else []
    return [*ends, *cut(files - 2 * sum(ends), size), *reversed(ends)]


def choose_usual_size(files: int) -> int:
    """Return the files of the usual batch of a run over so many."""
    if files <= FILES_BY_STEP:
        return 1
    return max(LEAST_FILES, min(USUAL_FILES, -(-files // USUAL_BATCHES)), -(-files // BATCHES))


def cut(files: int, size: int) -> list[int]:
    """Return the sizes of batches of `size`, the last one smaller: `cut(5, 2) == [2, 2, 1]`."""
    whole, rest = divmod(files, size)
    return [size] * whole + [rest] * bool(rest)


def split(files: Iterable[File], sizes: Iterable[int]) -> Iterator[list[File]]:
    """Yield the files in batches of these sizes."""
    stream = iter(files)
    for size in sizes:
        yield list(islice(stream, size))
