"""The local Prefect: its server with the UI, on SQLite, and the process that runs the schedule.

Everything a Prefect process reads is given to it in its environment, so that neither a profile of the user nor
the working folder changes what happens here. Nothing is sent anywhere: analytics and telemetry are off.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from filelock import FileLock

from daftar.services import ports, processes
from flows.asking import get
from tasks.errors import Unavailable

HOST: Final = "127.0.0.1"
SERVER: Final = "prefect"
SCHEDULE: Final = "schedule"

#: Seconds the server may take to answer; the first start makes its database and takes about 15.
_PATIENCE: Final = 120.0
_GRACE: Final = 10.0


@dataclass(frozen=True)
class Server:
    """The server whose database lies in `home`; `port` is the preferred one."""

    home: Path
    port: int = 4200

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.home / "logs" / "prefect.log"

    def url(self) -> str | None:
        """The address of the UI: of the server named by PREFECT_API_URL if it answers, else of the local one."""
        if given := self.given():
            return given
        port = self._remembered_port()
        if port is None or not processes.find(self.home, SERVER):
            return None
        url = f"http://{HOST}:{port}"
        return url if _is_healthy(f"{url}/api") else None

    def given(self) -> str | None:
        """The address of the UI of the server that PREFECT_API_URL names, if it answers: not ours to start or stop."""
        given = os.environ.get("PREFECT_API_URL", "").rstrip("/")
        return given.removesuffix("/api") if given and _is_healthy(given) else None

    def lives(self) -> bool:
        """Say whether the local server's process lives."""
        return bool(processes.find(self.home, SERVER))

    def reach(self, patience: float = 20.0) -> str | None:
        """As `url`, but a local server that lives and is busy has `patience` seconds to answer."""
        deadline = time.monotonic() + patience
        while True:
            if (url := self.url()) or time.monotonic() > deadline or not self.lives():
                return url
            time.sleep(0.25)

    def start(self) -> str:
        """Start the server unless one runs, wait until it answers, and return the address of its UI.

        Raises Unavailable when it ended or did not answer within two minutes.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with FileLock(self.home / "prefect.lock"):
            if url := self.url():
                return url
            if not processes.find(self.home, SERVER):
                self._spawn()
            return self._wait()

    def stop(self) -> None:
        """End the local server; one that PREFECT_API_URL names is not ours to stop."""
        processes.stop(self.home, SERVER, grace=_GRACE)
        self._memory.unlink(missing_ok=True)

    @property
    def _memory(self) -> Path:
        return self.home / "prefect" / "server.json"

    def _remembered_port(self) -> int | None:
        try:
            return int(json.loads(self._memory.read_text(encoding="utf-8"))["port"])
        except (OSError, ValueError, KeyError, TypeError):
            # Never started, or the file was damaged: either way nothing is known.
            return None

    def _spawn(self) -> None:
        port = ports.choose(self.port)
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        self._memory.write_text(json.dumps({"port": port}), encoding="utf-8")
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
        environ = prefect_environment(os.environ, self.home, f"http://{HOST}:{port}")
        processes.spawn(self.home, SERVER, command, self.log, environ=environ, cwd=self.home)

    def _wait(self) -> str:
        if url := self.reach(_PATIENCE):
            return url
        if not processes.find(self.home, SERVER):
            raise Unavailable("Prefect's server ended while it started", f"See {self.log}")
        raise Unavailable(f"Prefect's server did not answer within {_PATIENCE:.0f} seconds", f"See {self.log}")


@dataclass(frozen=True)
class Schedule:
    """The process that serves the deployments: it starts runs by the clock and by file events."""

    home: Path

    @property
    def log(self) -> Path:
        """What the process and its runs wrote."""
        return self.home / "logs" / "schedule.log"

    def runs(self) -> bool:
        """Say whether the process lives."""
        return bool(processes.find(self.home, SCHEDULE))

    def start(self, environ: Mapping[str, str]) -> None:
        """Start the process unless it runs; `environ` is its whole environment, settings included."""
        with FileLock(self.home / "schedule.lock"):
            if not self.runs():
                # Prefect's runner uses one folder of the temporary directory, which is its first user's alone.
                temporary = self.home / "tmp"
                temporary.mkdir(mode=0o700, exist_ok=True)
                environ = {**environ, "TMPDIR": str(temporary)}
                command = [sys.executable, "-m", "flows"]
                processes.spawn(self.home, SCHEDULE, command, self.log, environ=environ, cwd=self.home.parent)

    def stop(self) -> None:
        """End the process and the runs it has started."""
        # On SIGTERM Prefect's runner leaves its children behind; on SIGINT it takes them along.
        processes.stop(self.home, SCHEDULE, first_signal=signal.SIGINT, grace=_GRACE)


def prefect_environment(environ: Mapping[str, str], home: Path, url: str) -> dict[str, str]:
    """Return the environment of a process that works with the Prefect server at `url` (of its UI)."""
    ours = {key: value for key, value in environ.items() if not key.startswith("PREFECT_")}
    return ours | {
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_PROFILES_PATH": str(home / "prefect" / "profiles.toml"),
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_SERVER_UI_API_URL": f"{url}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_CLI_PROMPT": "false",
    }


def _is_healthy(api: str) -> bool:
    try:
        return get(f"{api}/health").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
