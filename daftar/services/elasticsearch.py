"""The embedded Elasticsearch: one node, on the loopback interface, its data in the project's data folder.

It lives in its own session and outlives whoever started it; the next one finds it by its environment and
its cluster's name.
"""

import hashlib
import json
import os
import shutil
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from filelock import FileLock

from daftar.services import download, node_files, ports, processes
from daftar.services.java import find_java
from daftar.services.security import Security
from tasks.errors import Misconfigured, Unavailable

SERVICE = "elasticsearch"

# Seconds a start may take until the cluster is green or yellow; 10 to 13 are usual.
_PATIENCE = 120.0
# Seconds a node may take to stop before it is killed; 2 are usual.
_GRACE = 30.0
# Variables of the caller's environment that would change the server's Java or its settings.
_FOREIGN = ("ES_", "JAVA", "_JAVA", "JDK_")
_LAUNCHER = "org.elasticsearch.server.launcher.ServerLauncher"


@dataclass(frozen=True)
class Node:
    """The node whose data lie in `home` (the project's data folder) and whose programme lies in `cache`.

    `port` is the preferred one; a free one is taken while something else listens there. `heap` is written as
    Java writes it: 512m, 2g.
    `cluster_name` follows from `home`, so that another node is never taken for this one. Without `security` whoever
    can reach the loopback interface may do everything. `java_options` are added to the server's own.
    """

    home: Path
    cache: Path
    port: int = 9200
    heap: str = "512m"
    cluster_name: str = ""
    security: Security | None = None
    java_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Relative ones would change their meaning with the working folder.
        object.__setattr__(self, "home", self.home.absolute())
        object.__setattr__(self, "cache", self.cache.absolute())
        if not self.cluster_name:
            digest = hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()
            object.__setattr__(self, "cluster_name", f"daftar-{digest[:12]}")

    @property
    def folder(self) -> Path:
        """Everything the node writes."""
        return self.home / "elasticsearch"

    @property
    def log(self) -> Path:
        """The node's own log, for people."""
        return self.folder / "logs" / "elasticsearch.log"

    @property
    def output(self) -> Path:
        """What the processes wrote to standard output and error since the last start: why a start failed."""
        return self.folder / "output.log"

    def url(self) -> str | None:
        """The address of the running node, or None when none runs or it does not answer yet."""
        port = self._remembered_port()
        # The launcher and the server: a server whose launcher was killed is about to end.
        if port is None or len(processes.find(self.home, SERVICE)) < 2:
            return None
        url = f"{'https' if self.security else 'http'}://{ports.HOST}:{port}"
        return url if self._is_ours(url) else None

    def start(self) -> str:
        """Start the node unless it runs, wait until it can be searched, and return its address.

        Any number of processes may call this at once. Raises Misconfigured (no Java, no Maven, an account that
        cannot read the programme) or Unavailable (it died, or was not ready within two minutes).
        """
        if url := self._ready():
            return url
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with FileLock(self.home / "elasticsearch.lock"):
                # One may be on its way: whoever began it was killed before it was ready.
                return self._wait() or self._launch()
        except OSError as error:
            raise Misconfigured(
                f"The embedded Elasticsearch cannot use {error.filename or self.home}: {error.strerror or error}",
                f"Let your account write {self.home}, or set DAFTAR_HOME to another folder",
            ) from error

    def stop(self) -> None:
        """End the node and wait until it has gone; killed when it takes longer than 30 seconds."""
        processes.stop(self.home, SERVICE, grace=_GRACE)
        self._memory.unlink(missing_ok=True)

    def remove(self) -> None:
        """Stop the node and delete everything it wrote, wherever that lies."""
        self.stop()
        if self.folder.exists():
            shutil.rmtree(self.folder.resolve())
        self.folder.unlink(missing_ok=True)

    @property
    def _memory(self) -> Path:
        return self.folder / "node.json"

    def _remembered_port(self) -> int | None:
        try:
            return int(json.loads(self._memory.read_text(encoding="utf-8"))["port"])
        except (OSError, ValueError, KeyError, TypeError):
            # Never started, or the file was damaged: either way nothing is known.
            return None

    def _is_ours(self, url: str) -> bool:
        answer = self._ask(url)
        return answer.get("cluster_name") == self.cluster_name

    def _ask(self, url: str) -> dict[str, Any]:
        """What the node answers; nothing when it does not, or with something else than an object."""
        with httpx.Client(timeout=5.0, trust_env=False, **self._access) as client:
            try:
                answer = client.get(url).json()
            except (httpx.HTTPError, ValueError):
                return {}
        return answer if isinstance(answer, dict) else {}

    @property
    def _access(self) -> dict[str, Any]:
        if self.security is None:
            # Without TLS: reading the authorities' certificates for each question takes 30 ms of a core.
            return {"verify": False}
        trusted = ssl.create_default_context(cafile=self.security.authority)
        return {"auth": self.security.probe, "verify": trusted}

    def _launch(self) -> str:
        java = find_java(os.environ)
        account = processes.unprivileged(self.home)
        # Asked before the download, of the nearest folder that is there.
        if account is not None and not processes.can_enter(account, self.cache):
            raise Misconfigured(
                f"Elasticsearch refuses to run as root, and the account {account.name} cannot enter {self.cache}",
                "Set DAFTAR_CACHE to a folder that every account may enter",
            )
        programme = download.fetch(self.cache)
        folder = node_files.prepare(self.folder, account)
        reason = ""
        for _ in range(3):
            port = ports.choose(self.port)
            more = self.security.settings() if self.security else {}
            node_files.configure(folder, self.cluster_name, port, self.heap, more, self.java_options)
            if self.security:
                self.security.write(folder / "config")
            node_files.replace(self._memory, json.dumps({"port": port}))
            if account is not None:
                node_files.give(folder, account)
            self._spawn(java, programme, folder, account)
            if url := self._wait():
                return url
            reason = node_files.reason(self.output)
            # Between our look and the node's, somebody else may take the port; nothing else is worth another try.
            if "Failed to bind" not in reason:
                break
        raise Unavailable(f"Elasticsearch ended while it started: {reason}", f"See {self.output}")

    def _spawn(self, java: Path, programme: Path, folder: Path, account: processes.Account | None) -> None:
        environ = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
        environ |= {
            "ES_HOME": str(programme),
            "ES_PATH_CONF": str(folder / "config"),
            "ES_TMPDIR": str(folder / "tmp"),
            "ES_JAVA_HOME": str(java.parents[1]),
            "ES_JAVA_OPTS": "",
            "ES_DISTRIBUTION_TYPE": "tar",
            "JAVA": str(java),
            "JAVA_TYPE": "ES_JAVA_HOME",
            # In the C locale Java cannot open a path with Persian or Arabic letters in it.
            "LC_ALL": "C.UTF-8",
        }
        command = [
            *(str(java), "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
            *("-cp", str(programme / "lib" / "tools" / "server-launcher" / "*"), _LAUNCHER),
        ]
        self.output.unlink(missing_ok=True)
        # The launcher looks for the modules below its working folder.
        processes.spawn(self.home, SERVICE, command, self.output, environ=environ, cwd=programme, account=account)

    def _ready(self) -> str | None:
        """The address of the running node if it can be searched by now."""
        url = self.url()
        return url if url and self._is_searchable(url) else None

    def _wait(self) -> str | None:
        """Wait until a node that was begun is ready; None when there is none, or it ended instead."""
        deadline = time.monotonic() + _PATIENCE
        while processes.find(self.home, SERVICE):
            if url := self._ready():
                return url
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Elasticsearch was not ready within {_PATIENCE:.0f} seconds", f"See {self.log}, stop it, try again"
                )
            time.sleep(0.25)
        return None

    def _is_searchable(self, url: str) -> bool:
        return self._ask(f"{url}/_cluster/health").get("status") in ("green", "yellow")
