"""Stop a run whose error rate says that the fault is ours, not the documents'.

A file that is empty, binary or undecodable is a fact about that file, however many there are: failures to read do
not count. Steps after it are given sound text; when they fail again and again, something is wrong with daftar, its
data or the index, and going on would only fill the quarantine.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Final

from tasks.errors import DaftarError
from tasks.outcome import Kind, Outcome

#: More failures at one step than this, one after the other, break the circuit.
CONSECUTIVE: Final = 10

#: So do more failures at one step than this share of the last WINDOW documents.
SHARE: Final = 0.25
WINDOW: Final = 100

_COUNTED: Final = frozenset({"detect", "normalize", "enrich", "index"})


class TooManyFailures(DaftarError):
    """One step fails so often that the run is stopped."""


class Breaker:
    """Watches the outcomes of one run in their order."""

    def __init__(self) -> None:
        self._last: deque[str] = deque(maxlen=WINDOW)
        self._in_a_row: dict[str, int] = defaultdict(int)

    def watch(self, outcomes: Iterable[Outcome]) -> None:
        """Take note of outcomes. Raises TooManyFailures when they break the circuit."""
        for outcome in outcomes:
            step = outcome.step if outcome.kind is Kind.QUARANTINED and outcome.step in _COUNTED else ""
            self._last.append(step)
            if not step:
                self._in_a_row.clear()
                continue
            self._in_a_row[step] += 1
            if self._in_a_row[step] > CONSECUTIVE or self._is_too_often(step):
                raise TooManyFailures(
                    f"The step {step} fails again and again; the last time, for {outcome.path}: {outcome.reason}",
                    "The documents are in quarantine, each tried again when its file changes. Mend the cause first.",
                )

    def _is_too_often(self, step: str) -> bool:
        return len(self._last) == WINDOW and self._last.count(step) > SHARE * WINDOW
