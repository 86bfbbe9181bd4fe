"""One archive for all faults, emptied for each; and a node of its own for those that a shared one would not bear."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import Archive, empty, standing
from command import Command
from runs import Runs

from daftar.services.elasticsearch import Node
from daftar.services.prefect import Server
from tasks.cluster import Target, install
from tests.nodes import build_node


@pytest.fixture(scope="session")
def faults_target(elasticsearch_url: str) -> Iterator[Target]:
    with standing(Target(elasticsearch_url, f"faults-{os.getpid()}")) as target:
        yield target


@pytest.fixture
def runs(tmp_path: Path, faults_target: Target) -> Iterator[Runs]:
    """Runs over a new, empty archive."""
    empty(faults_target)
    folder = tmp_path / "اخبار"
    folder.mkdir()
    runs = Runs(Archive(folder, faults_target))
    yield runs
    runs.end()
    empty(faults_target)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data of an installation, and the Prefect server of all commands."""
    home = tmp_path_factory.mktemp("home")
    try:
        yield home
    finally:
        Server(home).stop()


@pytest.fixture
def command(tmp_path: Path, faults_target: Target, home: Path) -> Command:
    """The command over an empty folder and an empty archive."""
    empty(faults_target)
    folder = tmp_path / "اخبار"
    folder.mkdir()
    return Command(Archive(folder, faults_target), home)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that may be stopped and killed."""
    node = build_node(tmp_path_factory.mktemp("brittle"), 19520)
    try:
        yield node
    finally:
        node.remove()


@pytest.fixture
def brittle(tmp_path: Path, node: Node) -> Iterator[Runs]:
    """Runs over an archive in that node, which runs when the test begins."""
    target = Target(node.start(), "brittle")
    install(target)
    empty(target)
    folder = tmp_path / "اخبار"
    folder.mkdir()
    runs = Runs(Archive(folder, target))
    yield runs
    runs.end()
