"""Elasticsearch stands still, dies, is full or overloaded while a run is under way."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from runs import ALL, UNAVAILABLE, Runs, fill, seeds, settle_by_one_run, wait_until

from daftar.services import processes
from daftar.services.elasticsearch import SERVICE, Node
from tasks.cluster import connect, install

pytestmark = [pytest.mark.processes, pytest.mark.search, pytest.mark.slow]

FILES = 200 if ALL else 80

#: Lines of a run over so many files: before the first request, between two batches, near the end.
LINES = (400, 9_000, 20_000) if ALL else (400, 3_500, 7_000)


def servers(node: Node) -> list[psutil.Process]:
    return processes.find(node.home, SERVICE)


def test_node_stands_still(brittle: Runs, node: Node) -> None:
    """As in a long collection of garbage: the run waits and comes to its end."""
    fill(brittle.archive, FILES)
    process = brittle.start_and_stop(LINES[1], "--batch", "20")
    frozen = servers(node)
    for server in frozen:
        server.suspend()
    psutil.Process(process.pid).resume()
    time.sleep(30 if ALL else 3)
    for server in frozen:
        server.resume()
    brittle.finish(process)
    brittle.archive.check()
    settle_by_one_run(brittle.archive)


@pytest.mark.parametrize("line", LINES if ALL else LINES[1:2])
def test_node_is_killed(brittle: Runs, node: Node, line: int) -> None:
    """The run says so and ends; with the node back, the next one carries on."""
    fill(brittle.archive, FILES)
    process = brittle.start_and_stop(line, "--batch", "20")
    for server in servers(node):
        server.kill()
    wait_until(lambda: not servers(node))
    brittle.finish(process, UNAVAILABLE)
    assert node.start() == brittle.archive.target.url
    settle_by_one_run(brittle.archive)


@pytest.mark.whole
def test_node_is_restarted_while_the_ledger_is_read(brittle: Runs, node: Node) -> None:
    """A search over several pages does not survive a restart; the run says so and nothing is lost."""
    fill(brittle.archive, FILES)
    brittle.archive.run()
    process = brittle.start_and_stop(LINES[0], "--batch", "20")
    node.stop()
    assert node.start() == brittle.archive.target.url
    brittle.finish(process, 0, UNAVAILABLE)
    settle_by_one_run(brittle.archive)


@pytest.mark.whole
def test_disk_is_nearly_full(brittle: Runs) -> None:
    """The node itself makes its indices read-only, and writable again."""
    client = connect(brittle.archive.target)
    watermark = "cluster.routing.allocation.disk.watermark"
    full = {f"{watermark}.{name}": "900tb" for name in ("low", "high", "flood_stage")}
    interval = {"cluster.info.update.interval": "10s"}

    def is_blocked() -> bool:
        found = client.indices.get_settings(index=f"{brittle.archive.target.prefix}-*", flat_settings=True)
        return all(index["settings"].get("index.blocks.read_only_allow_delete") == "true" for index in found.values())

    fill(brittle.archive, FILES)
    process = brittle.start_and_stop(LINES[1], "--batch", "20")
    client.cluster.put_settings(persistent=full | interval)
    wait_until(is_blocked)
    before = brittle.archive.statuses()
    brittle.finish(process, UNAVAILABLE)
    assert brittle.archive.statuses() == before
    client.cluster.put_settings(persistent=dict.fromkeys(full | interval))
    client.cluster.put_settings(persistent=interval)
    wait_until(lambda: not is_blocked())
    settle_by_one_run(brittle.archive)


def limit_files(node: Node, size: str) -> None:
    """Let the node write files of at most that size, as on a disk without room; as its user, who alone may say so."""
    for server in servers(node):
        user, group = server.uids().real, server.gids().real
        command = ["prlimit", "--pid", str(server.pid), f"--fsize={size}:unlimited"]
        subprocess.run(command, user=user, group=group, extra_groups=[], check=True)


def test_disk_is_full(brittle: Runs, node: Node) -> None:
    """No document is at fault when nothing can be written: the run says so, and with room the next one carries on."""
    fill(brittle.archive, FILES)
    process = brittle.start_and_stop(LINES[1], "--batch", "20")
    before = brittle.archive.statuses()
    limit_files(node, "1")
    try:
        brittle.finish(process, UNAVAILABLE)
    finally:
        limit_files(node, "unlimited")
    connect(brittle.archive.target).cluster.health(wait_for_status="yellow", timeout="60s")
    assert (
        brittle.archive.statuses().items()
        >= {path: status for path, status in before.items() if status != "waiting"}.items()
    )
    settle_by_one_run(brittle.archive)


@pytest.mark.whole
def test_another_node_answers(brittle: Runs, node: Node) -> None:
    """One that has nothing: everything is indexed anew."""
    fill(brittle.archive, FILES)
    process = brittle.start_and_stop(LINES[1], "--batch", "20")
    node.remove()
    assert node.start() == brittle.archive.target.url
    brittle.finish(process, UNAVAILABLE)
    install(brittle.archive.target)
    settle_by_one_run(brittle.archive)
    assert len(brittle.archive.statuses()) == FILES


@dataclass
class Overload:
    """A proxy that refuses writes while its file is there."""

    url: str
    file: Path


@pytest.fixture
def overload(tmp_path: Path, runs: Runs) -> Iterator[Overload]:
    file = tmp_path / "busy"
    command = [sys.executable, str(Path(__file__).with_name("proxy.py")), runs.archive.target.url, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:
        assert proxy.stdout is not None
        try:
            yield Overload(f"http://127.0.0.1:{int(proxy.stdout.readline())}", file)
        finally:
            proxy.kill()


@pytest.mark.parametrize("seed", seeds(10))
def test_overload(runs: Runs, overload: Overload, seed: int) -> None:
    """429 leaves the ledger as it was, and the next run carries on."""
    fill(runs.archive, FILES, seed)
    process = runs.start_and_stop(3_000 + 2_000 * seed, "--batch", "20", url=overload.url)
    overload.file.touch()
    runs.archive.statuses()
    runs.finish(process, UNAVAILABLE)
    overload.file.unlink()
    runs.finish(runs.start("--batch", "20", url=overload.url))
    runs.archive.check()
    settle_by_one_run(runs.archive)
