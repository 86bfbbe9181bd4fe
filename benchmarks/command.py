"""`daftar ingest` run as an operator runs it, with what its processes took of the machine."""

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any, Final

import psutil

from flows.settings import Settings

#: Seconds between two looks at the processes of a run; what one takes between the last look and its end is lost.
_PAUSE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a run came to: its sums and its seconds by its own clock.

    `peak` is the highest memory of one of its processes (MB), `processor` what all took (seconds of a core).
    """

    sums: dict[str, int]
    seconds: float
    peak: float
    processor: float


def ingest(settings: Settings) -> Ingested:
    """Run `daftar ingest` over the folder of the settings; ends the benchmark when the run fails."""
    command = [str(Path(sys.executable).with_name("daftar")), "ingest", "--json"]
    process = psutil.Popen(command, env=os.environ | settings.to_environment(), stdout=PIPE)
    peak = 0
    taken: dict[int, float] = {}
    status = None
    while status is None:
        for one in list_family(process):
            with suppress(psutil.Error):
                peak = max(peak, one.memory_info().rss)
                taken[one.pid] = sum(one.cpu_times()[:2])
        with suppress(psutil.TimeoutExpired):
            status = process.wait(_PAUSE)
    if status:
        raise SystemExit(f"daftar ingest ended with {status}")
    answer: dict[str, Any] = json.loads(process.stdout.read())
    seconds = answer.pop("seconds")
    answer.pop("run_id")
    return Ingested(answer, seconds, peak / 2**20, sum(taken.values()))


def list_family(process: psutil.Process) -> list[psutil.Process]:
    """Return a process with all that come from it, or nothing when it has ended."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
