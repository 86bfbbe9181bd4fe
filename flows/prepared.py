"""What every run needs, imported and loaded once: by the process that runs are forked from, and by nothing else."""

import gc
import os
import time
from pathlib import Path
from typing import Final

# A thread of numpy's would not outlive a fork, and there is nothing here for two.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_LOADED: Final = time.time()

import flows.deployments  # noqa: E402
import mappings  # noqa: E402
import tasks.batch  # noqa: E402
from tasks.enrich import warm  # noqa: E402

_PACKAGES: Final = [Path(package.__file__).parent for package in (flows, mappings, tasks) if package.__file__]

warm()
# What the forks share stays shared: no search for garbage writes into it.
gc.freeze()


def is_outdated() -> bool:
    """Say whether any file that a run uses has come, changed or gone since it was loaded here."""
    files = (file for package in _PACKAGES for file in package.rglob("*") if "__pycache__" not in file.parts)
    try:
        return any(file.stat().st_ctime > _LOADED for file in files)
    except FileNotFoundError:
        # Gone while we looked.
        return True
