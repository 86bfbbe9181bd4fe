"""An archive of the tests here: a folder and an empty index."""

from pathlib import Path

import pytest
from archive import Archive

from tasks.cluster import Target


@pytest.fixture
def archive(tmp_path: Path, target: Target) -> Archive:
    """A new folder and an empty archive."""
    folder = tmp_path / "اخبار"
    folder.mkdir()
    return Archive(folder, target)
