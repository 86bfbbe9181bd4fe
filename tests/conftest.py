"""What all tests share: the real documents, when they are there, and one real Elasticsearch."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from archive import empty, standing
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from daftar.services.elasticsearch import Node
from tasks.cluster import Target
from tests.nodes import build_shared_node, start_apart

PROJECT = Path(__file__).resolve().parents[1]

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile(
    "daftar",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="DAFTAR_SAME_EXAMPLES" in os.environ,
)
hypothesis.settings.load_profile("daftar")

collect_ignore = [] if os.environ.get("DAFTAR_COMPOSE") else ["test_compose_config.py"]


class Together(LoadFileScheduling):
    """The tests of a file in one process, and all of the flows, which have a Prefect server in common."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/flows" if nodeid.startswith("tests/flows/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share the tests out among the processes."""
    return Together(config, log)


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
def elasticsearch_url(shared_node: Node) -> str:
    """A real Elasticsearch: the one that DAFTAR_TEST_ELASTICSEARCH_URL names, or an embedded node of this session."""
    return os.environ.get("DAFTAR_TEST_ELASTICSEARCH_URL") or start_apart(shared_node)


@pytest.fixture(scope="session")
def shared_node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """The node of all processes of a session: one is warm sooner than one for each. Nobody may stop it."""
    return build_shared_node(tmp_path_factory.getbasetemp())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the node of the session, when all processes have ended with it."""
    # The public fixture is there for tests alone, and none is running any more.
    factory: pytest.TempPathFactory | None = getattr(session.config, "_tmp_path_factory", None)
    if factory is None or "PYTEST_XDIST_WORKER" in os.environ:
        return
    node = build_shared_node(factory.getbasetemp())
    if node.home.is_dir():
        node.remove()


@pytest.fixture(scope="session")
def lasting_target(elasticsearch_url: str) -> Iterator[Target]:
    """An archive that lasts: putting its indices in place takes some four seconds of a core."""
    with standing(Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")) as target:
        yield target


@pytest.fixture
def target(lasting_target: Target) -> Target:
    """An empty archive, whose indices are to stay as they are."""
    empty(lasting_target)
    return lasting_target


@pytest.fixture
def own_target(elasticsearch_url: str) -> Iterator[Target]:
    """An archive for one test, which may do with its indices what it likes."""
    with standing(Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")) as target:
        yield target
