"""Two sorted streams side by side: what both have under one key, and what only one of them has."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Left = TypeVar("Left")
Right = TypeVar("Right")


def pair_sorted(
    lefts: Iterable[Left], rights: Iterable[Right], left_key: Callable[[Left], str], right_key: Callable[[Right], str]
) -> Iterator[tuple[str, Left | None, Right | None]]:
    """Yield every key of two streams, each sorted by its key, with the item of either; None where one lacks it.

    Holds one item of either. `a.txt, b.txt` beside `b.txt, c.txt` gives `a.txt` with the left one alone, `b.txt` with
    both and `c.txt` with the right one alone.
    """
    left_stream, right_stream = iter(lefts), iter(rights)
    left, right = next(left_stream, None), next(right_stream, None)
    while True:
        if left is not None and (right is None or left_key(left) < right_key(right)):
            yield left_key(left), left, None
            left = next(left_stream, None)
        elif right is not None and (left is None or right_key(right) < left_key(left)):
            yield right_key(right), None, right
            right = next(right_stream, None)
        elif left is not None and right is not None:
            yield left_key(left), left, right
            left, right = next(left_stream, None), next(right_stream, None)
        else:
            return
