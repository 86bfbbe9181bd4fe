"""How the files of a run are parted into batches."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tasks.document import File

#: A task run costs the Prefect server some 45 ms, so a flow run has at most about so many; of long pages, which take
#: longer themselves, more.
BATCHES: Final = 200

#: A run of some size has so many batches, which keeps all workers busy to its end, until they are of USUAL_FILES: each
#: batch looks for copies once, which makes a segment in each index that Elasticsearch has to merge with others.
USUAL_BATCHES: Final = 16
USUAL_FILES: Final = 800

#: What one flow run takes at most; the rest is for the next.
RUN_FILES: Final = BATCHES * USUAL_FILES

#: Fewer files of many make no batch: what a batch asks of Prefect and Elasticsearch would cost more than its files.
LEAST_FILES: Final = 40

#: Files of more bytes than these, a thousand pages of news, make two batches: a run holds ten times as much of each
#: that is under way.
BATCH_BYTES: Final = 5 << 20

#: Up to so many files, every step of every file is a task run of its own.
FILES_BY_STEP: Final = 25


def choose_sizes(files: int) -> list[int]:
    """Return how many files each batch of a run has: one while each is to be seen, then so many that they are few.

    Of a long run the first two and the last two are smaller. Elasticsearch has nothing to do before the first has been
    read, and reading nothing while the last is stored. `choose_sizes(4_000)` begins and ends with 62 and 125.
    """
    size = choose_usual_size(files)
    ends = [size // 4, size // 2] if size >= 4 * LEAST_FILES else []
    return [*ends, *cut(files - 2 * sum(ends), size), *reversed(ends)]


def choose_usual_size(files: int) -> int:
    """Return the files of the usual batch of a run over so many."""
    if files <= FILES_BY_STEP:
        return 1
    return max(LEAST_FILES, min(USUAL_FILES, -(-files // USUAL_BATCHES)))


def cut(files: int, size: int) -> list[int]:
    """Return the sizes of batches of `size`, the last one smaller: `cut(5, 2) == [2, 2, 1]`."""
    whole, rest = divmod(files, size)
    return [size] * whole + [rest] * bool(rest)


def split(files: Iterable[File], sizes: Iterable[int]) -> Iterator[list[File]]:
    """Yield the files in batches of these sizes, in smaller ones where they would have more than BATCH_BYTES.

    A file that is larger is a batch of its own.
    """
    stream = iter(files)
    for size in sizes:
        batch: list[File] = []
        weight = 0
        for file in islice(stream, size):
            if batch and weight + file.size > BATCH_BYTES:
                yield batch
                batch, weight = [], 0
            batch.append(file)
            weight += file.size
        yield batch
