"""The process that serves the search page, on the loopback interface."""

import json
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

PAGE: Final = "page"

#: Seconds the process may take to answer; 2 are usual.
_PATIENCE: Final = 60.0
_GRACE: Final = 5.0


@dataclass(frozen=True)
class Page:
    """The page of the installation whose data lie in `home`; `port` is the preferred one."""

    home: Path
    port: int = 8017

    @property
    def log(self) -> Path:
        """What the process wrote."""
        return self.home / "logs" / "page.log"

    def url(self) -> str | None:
        """The address of the running page; None when none runs or it does not answer yet."""
        port = self._remembered_port()
        if port is None or not processes.find(self.home, PAGE):
            return None
        url = f"http://{ports.HOST}:{port}"
        return url if _is_ours(url) else None

    def start(self, environ: Mapping[str, str]) -> str:
        """Start the page unless it runs, wait until it answers, and return its address.

        `environ` is its whole environment, settings included; one that runs with other settings is replaced.
        Raises Unavailable when it ended or did not answer within a minute.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with FileLock(self.home / "page.lock"):
            if processes.differs(self.home, PAGE, environ):
                self.stop()
            if url := self.url():
                return url
            if not processes.find(self.home, PAGE):
                self._spawn(environ)
            return self._wait()

    def stop(self) -> None:
        """End the process; nothing happens when none runs."""
        processes.stop(self.home, PAGE, grace=_GRACE)
        self._memory.unlink(missing_ok=True)

    @property
    def _memory(self) -> Path:
        return self.home / "page.json"

    def _remembered_port(self) -> int | None:
        try:
            return int(json.loads(self._memory.read_text(encoding="utf-8"))["port"])
        except (OSError, ValueError, KeyError, TypeError):
            # Never started, or the file was damaged: either way nothing is known.
            return None

    def _spawn(self, environ: Mapping[str, str]) -> None:
        port = ports.choose(self.port)
        written = self._memory.with_suffix(".new")
        written.write_text(json.dumps({"port": port}), encoding="utf-8")
        written.replace(self._memory)
        command = [sys.executable, "-m", "daftar.web", "--port", str(port)]
        processes.spawn(self.home, PAGE, command, self.log, environ=environ, cwd=self.home.parent)

    def _wait(self) -> str:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if url := self.url():
                return url
            if not processes.find(self.home, PAGE):
                raise Unavailable("The search page's process ended while it started", f"See {self.log}")
            time.sleep(0.1)
        raise Unavailable(f"The search page did not answer within {_PATIENCE:.0f} seconds", f"See {self.log}")


def _is_ours(url: str) -> bool:
    try:
        answer = get(f"{url}/health")
        return answer.status_code == httpx.codes.OK and answer.json().get("service") == "daftar"
    except (httpx.HTTPError, ValueError, AttributeError):
        return False
