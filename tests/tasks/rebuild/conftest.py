"""A folder with files of both languages, indexed in indices of its own, which the tests here change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archive import Archive
from rebuilding import STABLE

from tasks.cluster import Target
from tasks.rebuild import begin_rebuild, fill


@pytest.fixture
def target(own_target: Target) -> Target:
    """The indices are changed here."""
    return own_target


@pytest.fixture
def archive(tmp_path: Path, target: Target) -> Archive:
    """A folder with files of both languages, indexed, in indices of its own."""
    folder = tmp_path / "pages"
    folder.mkdir()
    archive = Archive(folder, target, batch=20)
    for number in range(STABLE):
        archive.write(f"stable-{number}.txt", f"{'گزارش' if number % 2 else 'تقرير'} {number}\n\nstable {number}")
    archive.run()
    return archive


@pytest.fixture
def passages(archive: Archive) -> Iterator[Any]:
    """A rebuild that is about to swap."""
    passages = begin_rebuild(archive.target)
    for passage in passages:
        fill(passage)
    yield passages
