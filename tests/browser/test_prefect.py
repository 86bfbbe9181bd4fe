"""What an operator sees in Prefect's own pages, of an installation with one page in quarantine."""

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive import standing
from playwright.sync_api import Browser, Page, expect

from tasks.cluster import Target
from tests.operators import Operator, build_environment

pytestmark = [pytest.mark.browser, pytest.mark.search, pytest.mark.flows, pytest.mark.processes]

SPOILT = "تصویر.txt"


@pytest.fixture(scope="module")
def prefect_url(tmp_path_factory: pytest.TempPathFactory, samples: Path, elasticsearch_url: str) -> Iterator[str]:
    """The address of the pages after `daftar up` over the sample pages and a file that is no text."""
    place = tmp_path_factory.mktemp("installation")
    shutil.copytree(samples, place / "seeds")
    (place / "seeds" / SPOILT).write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 40)
    with standing(Target(elasticsearch_url, f"test-{secrets.token_hex(6)}")) as target:
        own = {"DAFTAR_ELASTICSEARCH_URL": target.url, "DAFTAR_INDEX_PREFIX": target.prefix}
        operator = Operator(place, build_environment(19310, 14310, 18310, **own))
        try:
            printed = operator.call("up")
            (address,) = re.findall(r"^Prefect +(http\S+)$", printed, re.MULTILINE)
            yield address
        finally:
            operator.call("down")


@pytest.fixture
def page(browser: Browser, prefect_url: str) -> Iterator[Page]:
    """A page of a wide window, before Prefect's."""
    context = browser.new_context(base_url=prefect_url, viewport={"width": 1400, "height": 1000})
    expect.set_options(timeout=20_000)
    yield context.new_page()
    context.close()


def open_run(page: Page) -> None:
    """Open the run that the command began, the first of all and the last of the list."""
    page.goto("/runs")
    runs = page.get_by_role("link", name="ingest seeds", exact=True)
    expect(runs.first).to_be_visible()
    runs.last.click()
    expect(page.get_by_text("Task Runs", exact=True)).to_be_visible()


def test_runs_have_the_folder_in_their_names_and_say_how_they_ended(page: Page) -> None:
    page.goto("/runs")
    expect(page.get_by_role("link", name="ingest seeds", exact=True).first).to_be_visible()
    expect(page.get_by_text("PartialSuccess").first).to_be_visible()


def test_a_run_shows_its_graph_and_its_steps_by_name(page: Page) -> None:
    open_run(page)
    expect(page.locator("canvas").first).to_be_visible()
    page.get_by_text("Task Runs", exact=True).click()
    for step in ("index", "enrich", "normalize", "detect"):
        expect(page.get_by_role("link", name=re.compile(rf"^{step} .+\.txt$")).first).to_be_visible()


def test_the_artifacts_of_a_run_name_the_file_in_quarantine_and_what_to_do(page: Page) -> None:
    open_run(page)
    page.get_by_text("Artifacts", exact=True).click()
    expect(page.get_by_role("link", name="ingest-summary")).to_be_visible()
    page.get_by_role("link", name="ingest-files").click()
    first = page.get_by_role("row").nth(1)
    expect(first).to_contain_text(SPOILT)
    expect(first).to_contain_text("quarantined")
    expect(first).to_contain_text("read")


def test_the_deployments_are_there_with_their_schedule(page: Page) -> None:
    page.goto("/deployments")
    for deployment, flow in (("watch", "ingest"), ("audit", "audit"), ("manual", "rebuild"), ("manual", "rollback")):
        row = page.get_by_role("row").filter(has_text=deployment).filter(has_text=flow)
        expect(row.first).to_contain_text("Ready")
    expect(page.get_by_text("Every 5 minutes")).to_be_visible()
    expect(page.get_by_text("At 03:30 AM every day")).to_be_visible()


def test_the_automations_are_there(page: Page) -> None:
    page.goto("/automations")
    for name in ("crash runs that have died", "many files in quarantine", "no watch has succeeded"):
        expect(page.get_by_text(f"daftar: {name}")).to_be_visible()
