"""The embedded node: first what needs no server, then real ones that are started, killed and started again."""

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from daftar.services import download, node_files, processes
from daftar.services.elasticsearch import SERVICE, Node
from tasks.errors import Unavailable

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path / "home", tmp_path / "cache")


def test_the_cluster_is_named_after_its_home(tmp_path: Path) -> None:
    first, second = Node(tmp_path / "a", tmp_path), Node(tmp_path / "b", tmp_path)
    assert first.cluster_name != second.cluster_name
    assert first.cluster_name == Node(tmp_path / "a", tmp_path / "another cache", port=9300).cluster_name
    assert Node(tmp_path, tmp_path, cluster_name="mine").cluster_name == "mine"


def test_a_relative_home_does_not_move_with_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    relative = Node(Path(".daftar"), Path("cache"))
    assert relative == Node(tmp_path / ".daftar", tmp_path / "cache")


def test_settings(tmp_path: Path) -> None:
    settings = node_files.settings("c", tmp_path, 9201)
    assert settings["http.host"] == settings["transport.host"] == "127.0.0.1"
    assert settings["http.port"] == 9201
    assert settings["cluster.name"] == "c"
    assert settings["action.auto_create_index"] is False


def test_a_path_of_any_letters_is_written_so_that_yaml_reads_it(tmp_path: Path) -> None:
    folder = node_files.prepare(tmp_path / 'بایگانی: "خبر", #1', None)
    node_files.configure(folder, "c", 9200, "2g")
    text = (folder / "config" / "elasticsearch.yml").read_text(encoding="utf-8")
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    assert {key: json.loads(value) for key, value in lines.items()} == node_files.settings("c", folder, 9200)
    options = (folder / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
    assert options[:2] == ["-Xms2g", "-Xmx2g"]
    assert "-Djava.io.tmpdir=${ES_TMPDIR}" in options
    assert "appender.file.fileName = ${sys:es.logs.base_path}/elasticsearch.log" in (
        folder / "config" / "log4j2.properties"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            "[2026-01-01T00:00:00,000][ERROR][o.e.b.Elasticsearch      ] fatal exception while booting Elasticsearch "
            "java.lang.IllegalArgumentException: unknown setting [a.b]\n\tat org.elasticsearch.server\n\n"
            "ERROR: Elasticsearch did not exit normally - check the logs at /x/y.log\n"
            "Elasticsearch died while starting up, exit code: 1\n",
            "unknown setting [a.b]",
        ),
        (
            "fatal exception while booting Elasticsearchorg.elasticsearch.http.BindHttpException: Failed to bind to x",
            "Failed to bind to x",
        ),
        (
            "Error occurred during initialization of VM\nCould not reserve enough space\n",
            "Could not reserve enough space",
        ),
        ("Error occurred during initialization of boot layer\nno jdk.jdi\n", "no jdk.jdi"),
        (
            "java.lang.RuntimeException: starting java failed with [1]\nerror:\nInvalid initial heap size: -Xms512x\n"
            "Error: Could not create the Java Virtual Machine.\n\tat org.elasticsearch.x\n",
            "Invalid initial heap size: -Xms512x",
        ),
        (
            "ERROR: Expected to find [apm], with exit code 70\n",
            "Expected to find [apm], with exit code 70",
        ),
        ("warming up\nsomething unheard of\n\n", "something unheard of"),
        ("", "it was killed"),
    ],
)
def test_why_it_died(tmp_path: Path, output: str, expected: str) -> None:
    (tmp_path / "output.log").write_text(output)
    assert node_files.reason(tmp_path / "output.log") == expected


def test_why_it_died_without_a_word(tmp_path: Path) -> None:
    assert node_files.reason(tmp_path / "output.log") == "it was killed"


@pytest.mark.parametrize("memory", [None, "", "{}", '{"port": 9200}', '{"port": "x"}', "[]", "\x00", '{"port": null}'])
def test_no_process_means_no_address(node: Node, memory: str | None) -> None:
    node.folder.mkdir(parents=True)
    if memory is not None:
        (node.folder / "node.json").write_text(memory)
    assert node.url() is None


class Answer(BaseHTTPRequestHandler):
    """Answer every request with the body that the server object holds."""

    def do_GET(self) -> None:
        body = self.server.body  # type: ignore[attr-defined] # set by the fixture
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Answer) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def sleepers(node: Node) -> Iterator[None]:
    """Two processes that carry the node's marks, as its launcher and its server do."""
    for _ in range(2):
        processes.spawn(node.home, SERVICE, ["sleep", "300"], node.output)
    yield
    processes.stop(node.home, SERVICE)


@pytest.mark.parametrize("body", ["", "hello", "[]", "{}", '{"cluster_name": "docker-cluster"}'])
def test_what_listens_there_is_not_taken_for_ours(node: Node, server: HTTPServer, sleepers: None, body: str) -> None:
    server.body = body.encode()  # type: ignore[attr-defined] # read by the handler
    (node.folder / "node.json").write_text(json.dumps({"port": server.server_port}))
    assert node.url() is None
    server.body = json.dumps({"cluster_name": node.cluster_name}).encode()  # type: ignore[attr-defined] # as above
    assert node.url() == f"http://127.0.0.1:{server.server_port}"


def test_removing_leaves_nothing(node: Node, sleepers: None) -> None:
    assert node.folder.is_dir()
    node.remove()
    assert list(node.home.iterdir()) == []
    assert processes.find(node.home, SERVICE) == []
    node.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give the data to another account")
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_data_lie_where_their_owner_can_reach_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, filled: bool
) -> None:
    account = processes.unprivileged(Path("/"))
    assert account is not None
    base = Path("/var/tmp") / f"daftar-test-{os.getpid()}"
    clone, state = base / "clone", base / "state"
    home = clone / ".daftar"
    monkeypatch.setattr(node_files, "_STATE", state)
    try:
        home.mkdir(parents=True)
        base.chmod(0o755)
        home.chmod(0o755)
        if filled:
            (home / "elasticsearch" / "data").mkdir(parents=True)
            (home / "elasticsearch" / "data" / "kept").write_text("سند")
        clone.chmod(mode)
        real = node_files.prepare(home / "elasticsearch", account)
        node_files.give(real, account)
        assert real == (home / "elasticsearch").resolve()
        assert real.is_relative_to(state if mode == 0o700 else home)
        assert stat.S_IMODE(real.stat().st_mode) == 0o700
        assert {path.stat().st_uid for path in (real, *real.rglob("*"))} == {account.uid}
        assert processes.can_enter(account, real / "data")
        assert (real / "data" / "kept").exists() is filled
        assert node_files.prepare(home / "elasticsearch", account) == real
    finally:
        subprocess.run(["rm", "-rf", str(base)], check=True)


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
