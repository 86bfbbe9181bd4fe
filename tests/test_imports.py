"""Imports point inwards: daftar → flows → tasks → tasks.text, and each library has its few places."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("daftar", "flows", "mappings", "tasks")

#: Who may be imported by whom, besides oneself.
INWARDS = {
    "daftar": {"flows", "mappings", "tasks"},
    "flows": {"mappings", "tasks"},
    "tasks": {"mappings"},
    "mappings": set(),
}

#: In `tasks`, the only modules that may import a service's library.
ADAPTERS = {
    "prefect": {"tasks/steps.py"},
    "elasticsearch": {"tasks/cluster.py", "tasks/index.py", "tasks/ledger.py"},
    "httpx": set[str](),
}


def modules() -> Iterator[tuple[str, str]]:
    """Every import of the project: the file, and the module it imports."""
    for package in PACKAGES:
        for file in sorted((PROJECT / package).rglob("*.py")):
            name = file.relative_to(PROJECT).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((name, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    assert node.level == 0, f"{name} imports by a relative path"
                    yield name, node.module or ""


IMPORTS = sorted(set(modules()))


def test_imports_are_found() -> None:
    assert ("flows/ingest.py", "tasks.steps") in IMPORTS


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_inwards(package: str) -> None:
    forbidden = set(PACKAGES) - INWARDS[package] - {package}
    ours = [(file, name) for file, name in IMPORTS if file.split("/")[0] == package]
    assert [(file, name) for file, name in ours if name.split(".")[0] in forbidden] == []


def test_text_stands_alone() -> None:
    inner = [(file, name) for file, name in IMPORTS if file.startswith("tasks/text/")]
    assert inner
    assert [pair for pair in inner if pair[1].startswith("tasks.") and not pair[1].startswith("tasks.text")] == []


@pytest.mark.parametrize("library", ADAPTERS)
def test_each_service_has_its_adapters(library: str) -> None:
    users = {file for file, name in IMPORTS if file.startswith("tasks/") and name.split(".")[0] == library}
    assert users <= ADAPTERS[library]


def test_mappings_know_no_service() -> None:
    names = {name.split(".")[0] for file, name in IMPORTS if file.startswith("mappings/")}
    assert not names & {"prefect", "elasticsearch", "httpx"}
