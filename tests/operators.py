"""Somebody with a shell in the folder of an installation."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from daftar.services.processes import HOME_VARIABLE
from tests.nodes import BRIEF

#: Seconds in which a new file has to be found with no command given.
SOON = 20.0


@dataclass(frozen=True)
class Operator:
    """Somebody with a shell in the folder of an installation."""

    place: Path
    environ: dict[str, str]

    def call(self, *arguments: str, expect: int = 0) -> str:
        """Run `daftar` to its end and return what it printed."""
        command = [str(Path(sys.executable).with_name("daftar")), *arguments]
        done = subprocess.run(command, cwd=self.place, env=self.environ, capture_output=True, text=True, timeout=300)
        assert done.returncode == expect, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout

    def ask(self, *arguments: str, expect: int = 0) -> Any:
        """Run `daftar … --json` and return the object."""
        return json.loads(self.call(*arguments, "--json", expect=expect))

    def count(self, word: str) -> int:
        """How many documents a search finds."""
        return int(self.ask("search", word)["total"])

    def processes(self) -> list[psutil.Process]:
        """Every living process that works for this installation."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get(HOME_VARIABLE) == str(self.place / ".daftar")
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def unfinished_runs(self, of_commands: bool = False) -> int:
        """How many flow runs (those begun by commands alone) Prefect's database has as running or about to run."""
        with sqlite3.connect(self.place / ".daftar" / "prefect" / "prefect.db") as database:
            question = "select count(*) from flow_run where state_type in ('RUNNING', 'PENDING', 'CANCELLING')"
            question += " and deployment_id is null" if of_commands else ""
            (number,) = database.execute(question).fetchone()
        database.close()
        return int(number)


def wait_until(condition: Callable[[], bool], seconds: float = SOON, pause: float = 0.5) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(pause)
    return condition()


def build_environment(elasticsearch: int, prefect: int, page: int, **more: str) -> dict[str, str]:
    """The environment of an installation with these preferred ports, and nothing of ours but the cache."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DAFTAR_", "PREFECT_"))}
    if cache := os.environ.get("DAFTAR_CACHE"):
        environ["DAFTAR_CACHE"] = cache
    ports = {"ELASTICSEARCH": elasticsearch, "PREFECT": prefect, "PAGE": page}
    brief = {"DAFTAR_ELASTICSEARCH_JAVA_OPTIONS": " ".join(BRIEF)}
    return environ | brief | {f"DAFTAR_{name}_PORT": str(port) for name, port in ports.items()} | more
