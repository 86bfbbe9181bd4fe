"""Bounded work: so many searches at one time, so long in the queue; who comes later is told that it is busy."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, ParamSpec, TypeVar

import anyio
from anyio import to_thread

P = ParamSpec("P")
R = TypeVar("R")

#: Searches and exports at one time; seconds a request waits for its turn.
SEARCHES: Final = 6
EXPORTS: Final = 2
WAIT: Final = 5.0


class Busy(Exception):
    """Too many others are searching."""


class Gate:
    """Lets `width` calls through at a time, each in a thread of its own."""

    def __init__(self, width: int, wait: float = WAIT) -> None:
        self._places = anyio.Semaphore(width, max_value=width)
        self._wait = wait

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do the work when it is its turn; raises Busy when that does not come in time."""
        await self._enter()
        try:
            return await to_thread.run_sync(lambda: work(*args, **kwargs))
        finally:
            self._places.release()

    async def stream(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the parts, each made in a thread; the place is held, and the iterator closed, to the end.

        The first part is made before anything is returned: what fails at once fails before an answer has begun.
        Raises Busy as `run` does.
        """
        await self._enter()
        try:
            first = await to_thread.run_sync(next, parts, None)
        except BaseException:
            self._places.release()
            raise
        return self._continue(parts, first)

    async def _continue(self, parts: Iterator[bytes], part: bytes | None) -> AsyncIterator[bytes]:
        try:
            while part is not None:
                yield part
                part = await to_thread.run_sync(next, parts, None)
        finally:
            self._places.release()
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(_close, parts)

    async def _enter(self) -> None:
        try:
            with anyio.fail_after(self._wait):
                await self._places.acquire()
        except TimeoutError as error:
            raise Busy from error


def _close(parts: Iterator[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()
