"""Language data loaded once for all runs: imported by the process that they are forked from, and by nothing else."""

import gc

from tasks.enrich import warm

warm()
# What the forks share stays shared: no search for garbage writes into it.
gc.freeze()
