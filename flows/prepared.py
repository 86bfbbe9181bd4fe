"""Language data loaded once for all runs: imported by the process that they are forked from, and by nothing else."""

from contextlib import suppress

from prefect.plugins import load_prefect_collections

from tasks.enrich import warm
from tasks.errors import DaftarError

# Prefect asks for its installed collections in every run, and again in every process of a pool.
load_prefect_collections()
# A table that cannot be read is said by the run that needs it.
with suppress(DaftarError):
    warm()
