"""What all tests share: the real documents, when they are there, and one real Elasticsearch."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from daftar.services.download import default_cache
from daftar.services.elasticsearch import Node
from tasks.cluster import Target, connect, install

PROJECT = Path(__file__).resolve().parents[1]

collect_ignore = [] if os.environ.get("DAFTAR_COMPOSE") else ["test_compose_config.py"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the whole suite (`make test-faults`) what is marked so."""
    if os.environ.get("DAFTAR_FAULTS") == "all":
        return
    left = [item for item in items if item.get_closest_marker("whole")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not item.get_closest_marker("whole")]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample pages of the project."""
    return PROJECT / "seeds"


@pytest.fixture(scope="session")
def real_seeds() -> Path:
    """Five real pages, which are other people's text and not part of the project."""
    folder = PROJECT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the real documents are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Elasticsearch: the one that DAFTAR_TEST_ELASTICSEARCH_URL names, or an embedded node of this session."""
    if url := os.environ.get("DAFTAR_TEST_ELASTICSEARCH_URL"):
        yield url
        return
    cache = Path(os.environ["DAFTAR_CACHE"]) if os.environ.get("DAFTAR_CACHE") else default_cache()
    node = Node(tmp_path_factory.mktemp("node"), cache, port=19200)
    try:
        yield node.start()
    finally:
        node.remove()


@pytest.fixture
def target(elasticsearch_url: str) -> Iterator[Target]:
    """An empty archive of its own in that Elasticsearch; afterwards it is gone."""
    target = Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")
    install(target)
    yield target
    client = connect(target)
    client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
    client.indices.delete_index_template(name=f"{target.prefix}-*")
