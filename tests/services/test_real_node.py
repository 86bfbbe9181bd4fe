"""Real nodes of our own that are started, killed and started again."""

import fcntl
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from daftar.services import download, processes
from daftar.services.elasticsearch import SERVICE, Node
from tasks.errors import Unavailable

CHECKOUT = Path(__file__).resolve().parents[2]

# Prints the address, then ends as the last argument says.
STARTER = """\
import os, signal, sys
from pathlib import Path
from daftar.services.elasticsearch import Node
print(Node(Path(sys.argv[1]), Path(sys.argv[2]), port=int(sys.argv[3])).start(), flush=True)
if sys.argv[4] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def start_elsewhere(node: Node, end: str) -> "subprocess.Popen[str]":
    """Start the node from another process."""
    arguments = [str(node.home), str(node.cache), str(node.port), end]
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, *arguments], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    )


def call(method: str, url: str, **options: Any) -> httpx.Response:
    """Ask the node; a proxy in the environment is not for addresses of this machine."""
    return httpx.request(method, url, trust_env=False, **options)


def running(node: Node) -> list[psutil.Process]:
    return processes.find(node.home, SERVICE)


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port where somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, taken: int) -> Iterator[Node]:
    home = tmp_path_factory.mktemp("clone") / "پوشه" / ".daftar"
    node = Node(home, download.default_cache(), port=taken)
    yield node
    node.remove()


@pytest.mark.slow
@pytest.mark.processes
class TestRealNode:
    """The tests of this class follow one another: each takes the node as the one before left it."""

    def test_it_outlives_the_kill_of_who_started_it(self, real: Node) -> None:
        starter = start_elsewhere(real, "killed")
        url = starter.communicate()[0].strip()
        assert starter.returncode == -signal.SIGKILL
        assert real.url() == url
        assert real.start() == url
        assert len(running(real)) == 2
        assert real.log.is_file()
        assert not url.endswith(f":{real.port}")

    def test_it_is_a_real_elasticsearch_on_the_loopback_interface_only(self, real: Node) -> None:
        url = str(real.url())
        about = call("GET", url).json()
        assert about["version"]["number"].startswith("9.")
        assert about["cluster_name"] == real.cluster_name
        listening = {
            connection.laddr.ip
            for process in running(real)
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}

    def test_an_index_is_not_made_by_mistake(self, real: Node) -> None:
        answer = call("POST", f"{real.url()}/mistake/_doc", json={"a": 1})
        assert answer.status_code == 404

    @pytest.mark.whole
    def test_data_survive_a_kill(self, real: Node) -> None:
        url = real.url()
        assert call("PUT", f"{url}/news").status_code == 200
        assert call("PUT", f"{url}/news/_doc/1?refresh=true", json={"title": "خبر"}).status_code == 201
        for process in running(real):
            process.kill()
        assert real.url() is None
        url = real.start()
        assert call("GET", f"{url}/news/_doc/1").json()["_source"] == {"title": "خبر"}

    @pytest.mark.whole
    def test_a_node_that_lost_its_launcher_is_replaced(self, real: Node) -> None:
        (launcher,) = [process for process in running(real) if "ServerLauncher" in process.cmdline()[-1]]
        server = {process.pid for process in running(real)} - {launcher.pid}
        launcher.kill()
        url = real.start()
        assert call("GET", f"{url}/news/_doc/1").json()["_source"] == {"title": "خبر"}
        assert not server & {process.pid for process in running(real)}

    def test_stop_leaves_no_process_and_no_lock(self, real: Node) -> None:
        real.stop()
        assert running(real) == []
        assert real.url() is None
        with (real.folder / "data" / "node.lock").open("r+") as lock:
            # Raises when somebody still holds it.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        real.stop()

    def test_starts_at_once_after_one_that_was_killed_on_the_way(self, real: Node) -> None:
        killed = start_elsewhere(real, "killed")
        deadline = time.monotonic() + 60
        while not running(real):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        killed.kill()
        killed.communicate()
        starters = [start_elsewhere(real, "ended") for _ in range(2)]
        urls = {starter.communicate()[0].strip() for starter in starters}
        assert urls == {real.url()}
        assert len(running(real)) == 2
        real.stop()

    def test_what_cannot_start_says_why_at_once(self, real: Node) -> None:
        broken = Node(real.home, real.cache, port=real.port, heap="512x")
        with pytest.raises(Unavailable, match="Invalid initial heap size"):
            broken.start()
        assert running(broken) == []
