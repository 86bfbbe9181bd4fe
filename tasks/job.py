"""What all batches of a run share."""

from dataclasses import dataclass
from typing import Final

from tasks.cluster import Target

#: Raised whenever the steps come to another result for the same text; the audit then does old documents again.
PIPELINE_VERSION: Final = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One run over one folder.

    `folder` is where its files are read, `root` the name it has in the ledger, `file_limit` the size in bytes
    beyond which a file is not read. `rewrite` makes documents that are there already again in place.
    """

    folder: str
    root: str
    target: Target
    run_id: str
    file_limit: int
    rewrite: bool = False
