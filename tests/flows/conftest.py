"""A real Prefect server, started once, for the tests of the flows alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.cluster import Target


@pytest.fixture(scope="session", autouse=True)
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The server of this session, with a database of its own; nothing is sent anywhere."""
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    without_heartbeat = temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
    with prefect_test_harness(server_startup_timeout=120), without_heartbeat:
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to be watched."""
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


@pytest.fixture
def installed(target: Target, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """Settings of an installation over `folder` with an archive of its own."""
    monkeypatch.setenv("DAFTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DAFTAR_FOLDER", str(folder))
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", target.url)
    monkeypatch.setenv("DAFTAR_INDEX_PREFIX", target.prefix)
    monkeypatch.setenv("DAFTAR_SETTLE", "0")
    return target
