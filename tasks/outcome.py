"""What became of a file in a run: the one list that counts, reports, exit codes and tests are derived from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a file stands in the ledger; every file on disk has exactly one, `removed` those that left."""

    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"
    WAITING = "waiting"
    REMOVED = "removed"


class Kind(StrEnum):
    """What a run found or did about a file; `Sums` has a field of each name."""

    NEW = "new"
    CHANGED = "changed"
    RENAMED = "renamed"
    REMOVED = "removed"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"
    WAITING = "waiting"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one file's way through one run."""

    path: str
    kind: Kind
    document_id: str | None = None
    language: str | None = None
    title: str = ""
    step: str = ""
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many files of a run ended under each kind; all but `removed` add up to the files on disk."""

    new: int = 0
    changed: int = 0
    renamed: int = 0
    removed: int = 0
    duplicate: int = 0
    quarantined: int = 0
    ignored: int = 0
    waiting: int = 0
    unchanged: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        mine, theirs = asdict(self), asdict(other)
        return Sums(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def touched(self) -> int:
        """Files that a run did something about."""
        return self.new + self.changed + self.renamed + self.removed + self.duplicate


def count(kinds: Iterable[Kind]) -> Sums:
    """Count kinds: `count([Kind.NEW, Kind.NEW]).new == 2`."""
    return Sums(**{kind.value: number for kind, number in Counter(kinds).items()})
