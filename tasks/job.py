"""What all batches of a run share."""

from dataclasses import dataclass

from tasks.cluster import Target


@dataclass(frozen=True, slots=True)
class Job:
    """One run over one folder.

    `folder` is where its files are read, `root` the name it has in the ledger, `file_limit` the size in bytes
    beyond which a file is not read.
    """

    folder: str
    root: str
    target: Target
    run_id: str
    file_limit: int
