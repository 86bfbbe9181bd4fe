"""The page as a process of its own: started, found, stopped, and answering while Elasticsearch is away."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from daftar.services import processes
from daftar.services.page import PAGE, Page

pytestmark = pytest.mark.processes

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    page = Page(tmp_path / "home", port=18117)
    yield page
    page.stop()


def environment() -> dict[str, str]:
    return {**os.environ, "DAFTAR_ELASTICSEARCH_URL": "http://127.0.0.1:9", "PYTHONPATH": str(PROJECT)}


def test_it_is_started_once_found_and_stopped(page: Page) -> None:
    assert page.url() is None
    url = page.start(environment())
    assert url.startswith("http://127.0.0.1:")
    assert page.start(environment()) == url
    assert len(processes.find(page.home, PAGE)) == 1
    answer = httpx.get(url, headers={"accept-language": "en"}, trust_env=False)
    assert answer.status_code == 503
    assert "The archive does not answer at the moment" in answer.text
    assert "server" not in answer.headers
    page.stop()
    assert page.url() is None
    assert processes.find(page.home, PAGE) == []


def test_one_that_runs_with_other_settings_is_replaced(page: Page) -> None:
    page.start(environment())
    (before,) = processes.find(page.home, PAGE)
    page.start({**environment(), "DAFTAR_INDEX_PREFIX": "another"})
    (after,) = processes.find(page.home, PAGE)
    assert after.pid != before.pid
    assert after.environ()["DAFTAR_INDEX_PREFIX"] == "another"
    page.start({**environment(), "DAFTAR_INDEX_PREFIX": "another", "LANG": "fa_IR.UTF-8"})
    assert processes.find(page.home, PAGE) == [after]


def test_stopping_what_does_not_run(page: Page) -> None:
    page.stop()
    assert page.url() is None


def test_a_damaged_note_is_as_none(page: Page) -> None:
    page.home.mkdir()
    (page.home / "page.json").write_text("{", encoding="utf-8")
    assert page.url() is None
