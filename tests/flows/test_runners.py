"""The same files on threads, on processes and on a Dask cluster: the same documents, also when a worker is killed."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from elasticsearch.helpers import scan
from prefect.settings import PREFECT_API_URL

from flows.ingest import ingest
from flows.progress import watching
from flows.report import Report
from flows.runners import build_task_runner
from flows.settings import load_settings
from tasks.cluster import Target, connect, install
from tasks.errors import Misconfigured
from tests.operators import wait_until

pytestmark = [pytest.mark.flows, pytest.mark.search]

FILES = 200
BATCH = 20

#: What tells one run from another: when, in which run, in how many attempts.
PASSING = ("run_id", "event", "first_seen", "changed", "events", "attempts")

#: Cities of the Persian and of the Arabic pages.
CITIES = (("تهران", "اصفهان", "شیراز", "تبریز"), ("عمّان", "بغداد", "القاهرة", "دمشق"))


def write_pages(folder: Path) -> None:
    """Two hundred pages of both languages; each fifth is the text of the one before under another path."""
    for number in range(FILES):
        text = number - 1 if number % 5 == 4 else number
        city = CITIES[text % 2][text % 4]
        if text % 2:
            page = f"قمة المياه {text} في {city}\n\nيجتمع قادة سبع دول يوم السبت في {city} لبحث أزمة المياه {text}.\n"
        else:
            page = (
                f"نشست آب شماره {text} در {city}\n\nسران هفت کشور روز شنبه در {city} درباره آب گفت‌وگوی {text} می‌کنند.\n"
            )
        (folder / f"page-{number:03}.txt").write_text(page, encoding="utf-8")


@pytest.fixture
def pages(installed: Target, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_pages(folder)
    monkeypatch.setenv("DAFTAR_WORKERS", "2")
    return folder


@pytest.fixture
def archives(installed: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Target]]:
    """Makes empty archives, and lets the runs go there."""
    made: list[Target] = []

    def make() -> Target:
        target = Target(installed.url, f"test-{secrets.token_hex(6)}")
        install(target)
        made.append(target)
        monkeypatch.setenv("DAFTAR_INDEX_PREFIX", target.prefix)
        return target

    yield make
    for target in made:
        client = connect(target)
        client.indices.delete(index=list(client.indices.get(index=f"{target.prefix}-*", features="aliases")))
        client.indices.delete_index_template(name=f"{target.prefix}-*")


@pytest.fixture
def calm(pages: Path, archives: Callable[[], Target], monkeypatch: pytest.MonkeyPatch) -> Target:
    """The archive of a run that nothing happens to."""
    target = archives()
    run("threads", monkeypatch)
    return target


def run(runner: str, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("DAFTAR_RUNNER", runner)
    flow = ingest.with_options(task_runner=build_task_runner(load_settings()))
    state = flow(batch_size=BATCH, return_state=True)
    assert state.name == "Completed", state.message
    report = state.result()
    assert isinstance(report, Report)
    return report


def read_archive(target: Target) -> dict[str, dict[str, Any]]:
    """All documents and entries, without what tells one run from another."""
    found: dict[str, dict[str, Any]] = {}
    for index in (target.all_documents, target.files):
        connect(target).indices.refresh(index=index)
        for hit in scan(connect(target), index=index):
            source = {name: value for name, value in hit["_source"].items() if name not in PASSING}
            found[hit["_id"]] = source
    return found


@pytest.mark.whole
def test_the_same_documents_on_threads_processes_and_dask(
    pages: Path, archives: Callable[[], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for runner in ("threads", "processes", "dask"):
        target = archives()
        sums = run(runner, monkeypatch).sums
        assert (sums.new, sums.duplicate, sums.quarantined) == (160, 40, 0)
        found[runner] = read_archive(target)
    assert len(found["threads"]) == 160 + FILES
    assert found["processes"] == found["threads"]
    assert found["dask"] == found["threads"]


def list_workers() -> list[psutil.Process]:
    """The worker processes of a Dask cluster that this process has started."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if any("spawn_main" in part for part in child.cmdline())]


@pytest.mark.whole
def test_killing_a_dask_worker_in_the_middle_changes_nothing(
    calm: Target, archives: Callable[[], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled = archives()
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        if not killed and done < total:
            victim = list_workers()[0]
            victim.send_signal(signal.SIGKILL)
            killed.append(victim.pid)

    with watching(kill_one):
        report = run("dask", monkeypatch)
    assert len(killed) == 1
    # A batch whose worker dies after it, before its outcomes are fetched, is done again and finds nothing to do.
    assert report.sums.new + report.sums.duplicate + report.sums.unchanged == FILES
    assert read_archive(troubled) == read_archive(calm)


#: A run over the folder of the settings, as `run` has it, in a process of its own.
_RUN = f"""
from flows.ingest import ingest
from flows.runners import build_task_runner
from flows.settings import load_settings
ingest.with_options(task_runner=build_task_runner(load_settings()))(batch_size={BATCH})
"""


@pytest.mark.slow
def test_no_process_of_a_pool_outlives_its_run_that_is_killed(
    calm: Target, archives: Callable[[], Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled = archives()
    environ = os.environ | {"DAFTAR_RUNNER": "processes", "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    with subprocess.Popen([sys.executable, "-c", _RUN], env=environ) as killed:
        family = psutil.Process(killed.pid)

        def is_at_work() -> bool:
            client = connect(troubled)
            client.indices.refresh(index=troubled.files)
            return 0 < client.count(index=troubled.files)["count"] < FILES

        assert wait_until(is_at_work, seconds=60, pause=0.05)
        children = family.children(recursive=True)
        pool = [child for child in children if child.ppid() != killed.pid]
        killed.send_signal(signal.SIGKILL)
    assert len(pool) == 2
    _, left = psutil.wait_procs(children, timeout=20)
    assert left == []
    sums = run("threads", monkeypatch).sums
    assert sums.new + sums.duplicate + sums.unchanged == FILES
    assert read_archive(troubled) == read_archive(calm)


def test_a_runner_that_is_not_installed_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prefect_ray", None)
    monkeypatch.setenv("DAFTAR_RUNNER", "ray")
    with pytest.raises(Misconfigured, match="prefect-ray is not installed") as caught:
        build_task_runner(load_settings())
    assert ".[ray]" in caught.value.advice


def test_a_cluster_elsewhere_is_used_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFTAR_RUNNER", "dask")
    monkeypatch.setenv("DAFTAR_CLUSTER_ADDRESS", "tcp://scheduler.example:8786")
    runner: Any = build_task_runner(load_settings())
    assert runner.address == "tcp://scheduler.example:8786"
