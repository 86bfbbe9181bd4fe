"""Backup as docs/operating.md tells: a snapshot of the embedded node, everything lost, and all of it back."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import Archive
from rebuilding import rebuild, roll_back

from tasks.cluster import Target, connect, install
from tasks.indices import check_templates
from tasks.ledger import sum_statuses

pytestmark = [pytest.mark.search, pytest.mark.slow]


@pytest.fixture
def target(own_target: Target) -> Target:
    """The indices are changed here."""
    return own_target


@pytest.fixture
def repository(elasticsearch_url: str) -> Iterator[str]:
    """A place for snapshots below the node's `path.repo`; afterwards it is empty and forgotten."""
    name = f"test-{secrets.token_hex(4)}"
    client = connect(Target(elasticsearch_url))
    client.snapshot.create_repository(name=name, repository={"type": "fs", "settings": {"location": name}})
    yield name
    client.snapshot.delete(repository=name, snapshot="*")
    client.snapshot.delete_repository(name=name)


def test_everything_comes_back(repository: str, target: Target, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    archive = Archive(folder, target)
    for number in range(30):
        archive.write(f"page-{number}.txt", f"{'خبر' if number % 2 else 'تقرير'} {number % 24}\n\n{number % 24}")
    archive.write("broken.txt", b"\x00\x01\x02\x03" * 100)
    archive.run()
    rebuild(target)
    (folder / "page-3.txt").unlink()
    archive.run()
    documents, entries, sums = archive.documents(), archive.entries(), sum_statuses(target, archive.root)
    assert sums == {"indexed": 24, "duplicate": 5, "quarantined": 1, "ignored": 0, "waiting": 0, "removed": 1}

    client = connect(target)
    done = client.snapshot.create(
        repository=repository,
        snapshot="today",
        indices=f"{target.prefix}-*",
        include_global_state=False,
        wait_for_completion=True,
    )
    assert done["snapshot"]["state"] == "SUCCESS"
    client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
    client.indices.delete_index_template(name=f"{target.prefix}-*")

    back = client.snapshot.restore(
        repository=repository, snapshot="today", include_global_state=False, wait_for_completion=True
    )
    assert back["snapshot"]["shards"]["failed"] == 0
    check_templates(target)
    install(target)
    assert (archive.documents(), archive.entries(), sum_statuses(target, archive.root)) == (documents, entries, sums)
    archive.check()
    _, outcomes = archive.run()
    assert outcomes == []
    roll_back(target)
    archive.check()
