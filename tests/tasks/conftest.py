"""One archive for the tests of a module, emptied for each: putting indices in place takes a second."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import Archive, empty, standing

from tasks.cluster import Target


@pytest.fixture(scope="module")
def lasting_target(elasticsearch_url: str) -> Iterator[Target]:
    """An archive that lasts for the module."""
    with standing(Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")) as target:
        yield target


@pytest.fixture
def emptied(lasting_target: Target) -> Target:
    """The module's archive, with nothing in it."""
    empty(lasting_target)
    return lasting_target


@pytest.fixture
def archive(tmp_path: Path, emptied: Target) -> Archive:
    """A new folder and the module's archive."""
    folder = tmp_path / "اخبار"
    folder.mkdir()
    return Archive(folder, emptied)
