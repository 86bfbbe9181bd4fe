"""One archive for all tests of the page, and a reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.cluster import Target
from tests.web.archive import DOCUMENTS, ingest, new_archive, store
from tests.web.reader import Reader, read_from

SAMPLES = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="session")
def archive(elasticsearch_url: str) -> Iterator[Target]:
    """The sample pages and the documents with every field."""
    with new_archive(elasticsearch_url) as target:
        ingest(target, SAMPLES)
        store(target, DOCUMENTS)
        yield target


@pytest.fixture
def reader(archive: Target) -> Reader:
    """A reader with an English browser; a fault of ours raises."""
    return read_from(archive)
