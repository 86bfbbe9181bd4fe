"""An eye on the Prefect server: a run whose server is gone ends soon, and says so.

Prefect goes on trying for a server that died: every event of a run is offered eleven times, a second apart, and the
process waits for the last of them before it ends, 50 minutes for a run of 150 batches. To end the process at once
loses nothing: the ledger takes a kill at any moment, and the next run carries on.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import httpx

from flows.asking import get

_POLL: Final = 2.0
_SHOW_CURSOR: Final = "\r\x1b[?25h"

_begun = threading.Lock()


def watch_server(api: str, patience: float) -> None:
    """End this process with exit code 1 and two lines when the server at `api` has been silent for `patience` seconds.

    For processes that do nothing but a run. Asked again, it does nothing more.
    """
    if _begun.acquire(blocking=False):
        threading.Thread(target=_watch, args=(api, patience), name="vigil", daemon=True).start()


@contextmanager
def needing_server(api: str, patience: float) -> Iterator[None]:
    """Watch the server; an error of the block that comes of its being gone ends the process in words as well."""
    watch_server(api, patience)
    try:
        yield
    except Exception:
        # A dead server shows as many errors: of the client, of the run's state, of its result.
        if answers(api):
            raise
        give_up(api)


def answers(api: str) -> bool:
    """Say whether the Prefect server at `api` answers."""
    try:
        return get(f"{api}/health").is_success
    except httpx.HTTPError:
        return False


def give_up(api: str) -> NoReturn:
    """End this process: its server is gone."""
    if sys.stderr.isatty():
        sys.stderr.write(_SHOW_CURSOR)
    sys.stderr.write(
        f"daftar: Prefect's server at {api.removesuffix('/api')} does not answer any more; the run was ended.\n"
        "  What is indexed is in the ledger. Say `daftar up` or `daftar ingest`: it starts the server and carries on.\n"
    )
    sys.stderr.flush()
    os._exit(1)


def _watch(api: str, patience: float) -> None:
    answered = time.monotonic()
    while time.monotonic() - answered < patience:
        time.sleep(_POLL)
        if answers(api):
            answered = time.monotonic()
    give_up(api)
