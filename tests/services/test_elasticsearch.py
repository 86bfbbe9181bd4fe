"""The embedded node as far as it needs no server: its settings, its folder, its processes and what listens there."""

import json
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from daftar.services import node_files, processes
from daftar.services.elasticsearch import SERVICE, Node


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
