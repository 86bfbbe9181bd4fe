"""Everything that can go wrong, as one tree; whoever catches decides by the class, never by the text.

    DaftarError
    ├── Quarantined      this document cannot work; the batch goes on
    ├── Unavailable      a service cannot answer now; retried, then the run fails and the next one carries on
    └── Misconfigured    the set-up is wrong; nothing was begun

Each carries a reason (what happened, naming the thing) and an advice (what to do), both for an operator.
"""


class DaftarError(Exception):
    """Something went wrong; `reason` says what, `advice` says what to do."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.reason}. {self.advice}".strip() if self.advice else self.reason


class Quarantined(DaftarError):
    """This document cannot go through `step`; its bytes stay where they are, the ledger says why."""

    def __init__(self, step: str, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.step = step

    def __reduce__(self) -> tuple[type["Quarantined"], tuple[str, str, str]]:
        """Survive the way back from a worker process."""
        return type(self), (self.step, self.reason, self.advice)


class Unavailable(DaftarError):
    """A service (Elasticsearch, Prefect) does not answer, or asks us to wait."""


class Misconfigured(DaftarError):
    """A setting, a folder or the machine is not as the work needs it."""
