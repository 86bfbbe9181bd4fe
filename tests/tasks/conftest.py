"""One archive for the tests of a module, emptied for each: putting indices in place takes a second."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import Archive, empty

from tasks.cluster import Target, connect, install


@pytest.fixture(scope="module")
def lasting_target(elasticsearch_url: str) -> Iterator[Target]:
    """An archive that lasts for the module."""
    target = Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")
    install(target)
    yield target
    client = connect(target)
    client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
    client.indices.delete_index_template(name=f"{target.prefix}-*")


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
