"""`daftar ingest` run as an operator runs it, with what its process took of the machine."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from flows.settings import Settings


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a run came to: its sums, seconds by its own clock, its process's peak memory (MB) and processor seconds."""

    sums: dict[str, int]
    seconds: float
    peak: float
    processor: float


def ingest(settings: Settings) -> Ingested:
    """Run `daftar ingest` over the folder of the settings; ends the benchmark when the run fails."""
    command = [str(Path(sys.executable).with_name("daftar")), "ingest", "--json"]
    process = Popen(command, env=os.environ | settings.to_environment(), stdout=PIPE)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"daftar ingest ended with {os.waitstatus_to_exitcode(status)}")
    answer: dict[str, Any] = json.loads(output)
    seconds = answer.pop("seconds")
    answer.pop("run_id")
    return Ingested(answer, seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)
