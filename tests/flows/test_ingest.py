"""The flow against a real Prefect server and a real Elasticsearch."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prefect import tags
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State
from prefect.client.schemas.sorting import TaskRunSort

from flows.ingest import forget, ingest
from flows.lock import hold
from flows.report import Report
from flows.settings import load_settings
from tasks.cluster import Target, connect
from tasks.ledger import sum_statuses
from tasks.outcome import Kind, Outcome

pytestmark = [pytest.mark.flows, pytest.mark.search]

PAGES = {
    "نشست.txt": "نشست سران در تهران\n\nسران هفت کشور روز شنبه در تهران گرد هم می‌آیند تا درباره آب گفت‌وگو کنند.\n",
    "qimma.txt": "قمة في عمان\n\nيجتمع قادة سبع دول يوم السبت في العاصمة الأردنية عمان لبحث أزمة المياه في المنطقة.\n",
}


def write(folder: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def run(**parameters: Any) -> State[Report]:
    return ingest(**parameters, return_state=True)


def report_of(state: State[Report]) -> Report:
    report = state.result(raise_on_failure=False)
    assert isinstance(report, Report)
    return report


def paths_found(target: Target) -> set[str]:
    hits = connect(target).search(index=target.documents(), size=1000)["hits"]["hits"]
    return {hit["_source"]["file"]["path"] for hit in hits}


def writes(target: Target) -> int:
    stats = connect(target).indices.stats(index=f"{target.prefix}-*", metric="indexing")
    return int(stats["_all"]["total"]["indexing"]["index_total"])


def test_new_files_are_found_and_counted(installed: Target, folder: Path) -> None:
    write(folder, PAGES)
    state = run()
    assert (state.name, state.message) == ("Completed", "2 new, 0 failed")
    assert paths_found(installed) == set(PAGES)
    assert report_of(state).sums.new == 2


def test_a_run_is_named_after_its_folder_and_tasks_after_step_and_file(installed: Target, folder: Path) -> None:
    write(folder, {"{خبر}.txt": PAGES["نشست.txt"]})
    run_id = report_of(run()).run_id
    steps = ("ingest", "read", "detect", "normalize", "enrich", "index")
    expected = {"scan pages", *(f"{step} {{خبر}}.txt" for step in steps)}
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(run_id).name == "ingest pages"
        assert wait_for_task_runs(client, run_id, expected).keys() == expected


def test_a_run_has_its_tags_to_itself(installed: Target, folder: Path) -> None:
    """Of every task that has one Prefect would ask its server whether it may begin."""
    write(folder, {"qimma.txt": PAGES["qimma.txt"]})
    with tags("by hand"):
        run_id = report_of(run()).run_id
    steps = ("ingest", "read", "detect", "normalize", "enrich", "index")
    expected = {"scan pages", *(f"{step} qimma.txt" for step in steps)}
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(run_id).tags == ["by hand"]
        assert wait_for_task_runs(client, run_id, expected) == {name: [] for name in expected}


def wait_for_task_runs(client: SyncPrefectClient, run_id: str, expected: set[str]) -> dict[str, list[str]]:
    """The tags of a run's task runs, by name, at the latest after 30 s: the server takes them in after its end."""
    this_run = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    deadline = time.monotonic() + 30
    while True:
        tasks = client.read_task_runs(flow_run_filter=this_run, sort=TaskRunSort.NAME_ASC, limit=50)
        found = {task.name: task.tags for task in tasks}
        if found.keys() == expected or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def test_the_summary_leads_to_the_search_page(installed: Target, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAFTAR_PAGE_URL", "https://archive.example/daftar/")
    write(folder, {"a.txt": "*قیمت* نان <b>[۱](x)\n\nنان از فردا در همه نانوایی‌های شهر گران‌تر فروخته می‌شود.\n"})
    report = report_of(run())
    wanted = {"artifacts": {"flow_run_id": {"any_": [report.run_id]}, "key": {"any_": ["ingest-summary"]}}}
    with get_client(sync_client=True) as client:
        (artifact,) = client.request("POST", "/artifacts/filter", json=wanted).json()
    summary = artifact["data"]
    (document_id,) = [outcome.document_id for outcome in report.outcomes]
    assert "[Search page](https://archive.example/daftar/)" in summary
    title = r"\*قیمت\* نان \<b\>\[۱\]\(x\)"
    assert f"- [{title}](https://archive.example/daftar/documents/{document_id})" in summary


def test_the_page_is_linked_where_it_listens(installed: Target, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    assert load_settings().find_page_url() == "http://127.0.0.1:8017"
    (home / "page.json").write_text('{"port": 8123}', encoding="utf-8")
    assert load_settings().find_page_url() == "http://127.0.0.1:8123"
    (home / "page.json").write_text("{", encoding="utf-8")
    assert load_settings(page_port=8200).find_page_url() == "http://127.0.0.1:8200"


def test_a_second_run_writes_nothing(installed: Target, folder: Path) -> None:
    write(folder, PAGES)
    run()
    before = writes(installed)
    state = run()
    assert (state.name, state.message) == ("NothingNew", "2 unchanged")
    assert writes(installed) == before


def test_a_run_that_finds_nothing_imports_no_language_library(installed: Target, folder: Path) -> None:
    write(folder, PAGES)
    run()
    code = (
        "import sys; from flows.served import ingest; "
        "state = ingest(return_state=True); assert state.name == 'NothingNew', state; "
        "heavy = {'hazm', 'langdetect', 'pyarabic', 'ftfy', 'gensim'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=child_environment())
    assert done.returncode == 0, done.stderr


def child_environment() -> dict[str, str]:
    from prefect.settings import PREFECT_API_URL

    return os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())}


def test_a_bad_file_is_quarantined_and_ends_nothing(installed: Target, folder: Path) -> None:
    write(folder, PAGES)
    (folder / "empty.txt").write_bytes(b"")
    state = run()
    assert (state.name, state.message) == ("PartialSuccess", "2 new, 1 failed")
    assert [outcome.path for outcome in report_of(state).failures] == ["empty.txt"]
    assert sum_statuses(installed, str(folder))["quarantined"] == 1


def test_a_directory_out_of_reach_stops_nothing_and_is_said(
    installed: Target, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, PAGES)
    (folder / "shut").mkdir()
    scandir = os.scandir

    def refuse(directory: bytes) -> Any:
        if directory.endswith(b"/shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(directory)

    monkeypatch.setattr("tasks.scan.os.scandir", refuse)
    state = run()
    assert (state.name, state.message) == ("PartialSuccess", "2 new, 1 failed")
    assert [(outcome.path, outcome.step) for outcome in report_of(state).failures] == [("shut/", "scan")]
    assert report_of(run()).sums.quarantined == 1


def test_a_fault_that_strikes_again_and_again_stops_the_run(
    installed: Target, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("tasks.steps.name_steps", lambda steps, _label: replace(steps, enrich=stumble))
    write(
        folder, {f"{number:02}.txt": f"خبر {number}\n\nدیروز در {number} استان باران بارید.\n" for number in range(20)}
    )
    state = run()
    assert state.is_failed()
    assert "The step enrich fails again and again" in str(state.message)
    assert sum_statuses(installed, str(folder))["indexed"] == 0


def test_changed_renamed_and_removed_files(installed: Target, folder: Path) -> None:
    write(folder, PAGES | {"old.txt": "خبر کوتاه درباره باران\n\nدیروز در سه استان باران بارید.\n"})
    run()
    (folder / "qimma.txt").write_text(PAGES["qimma.txt"] + "\nوستستمر القمة يومين.\n", encoding="utf-8")
    (folder / "نشست.txt").rename(folder / "نشست-تهران.txt")
    (folder / "old.txt").unlink()
    state = run()
    assert state.message == "0 new, 1 changed, 1 renamed, 1 removed, 0 failed"
    assert paths_found(installed) == {"qimma.txt", "نشست-تهران.txt"}


def test_a_known_file_written_over_another_is_a_change(installed: Target, folder: Path) -> None:
    write(folder, PAGES)
    run()
    (folder / "نشست.txt").replace(folder / "qimma.txt")
    assert run().message == "0 new, 1 changed, 1 removed, 0 failed"
    assert paths_found(installed) == {"qimma.txt"}


def test_too_many_files_gone_removes_nothing_until_confirmed(installed: Target, folder: Path) -> None:
    write(folder, PAGES)
    run()
    shutil.rmtree(folder)
    folder.mkdir()
    state = run()
    assert state.name == "NeedsConfirmation"
    assert state.is_failed()
    assert paths_found(installed) == set(PAGES)
    assert run(confirm_removals=True).message == "0 new, 2 removed, 0 failed"
    assert paths_found(installed) == set()


def test_a_folder_that_is_not_there_is_named(installed: Target, folder: Path) -> None:
    folder.rmdir()
    state = run()
    assert state.is_failed()
    assert f"{folder} is not there" in str(state.message)


def test_a_busy_folder_is_skipped_when_asked(installed: Target, folder: Path, tmp_path: Path) -> None:
    with hold(tmp_path / "home", folder, wait=False):
        assert run(if_busy="skip").name == "Skipped"


def test_an_elasticsearch_that_is_down_fails_the_run_in_words(
    installed: Target, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, PAGES)
    monkeypatch.setenv("DAFTAR_ELASTICSEARCH_URL", "http://127.0.0.1:9")
    state = run()
    assert state.is_failed()
    assert "Elasticsearch at http://127.0.0.1:9 does not answer" in str(state.message)


def test_the_sample_pages(installed: Target, samples: Path) -> None:
    pages = sum(1 for path in samples.rglob("*.txt"))
    state = run(folder=str(samples))
    assert state.message == f"{pages} new, 0 failed"


def test_the_real_documents(installed: Target, real_seeds: Path) -> None:
    report = report_of(run(folder=str(real_seeds)))
    assert sorted(outcome.language or "" for outcome in report.outcomes) == ["ar", "ar", "fa", "fa", "fa"]


def test_of_a_long_run_failures_alone_keep_their_names() -> None:
    failed = Outcome("خبر.txt", Kind.QUARANTINED, step="read", reason="not text", advice="mend it")
    assert forget(failed) is failed
    assert forget(Outcome("خبر.txt", Kind.NEW, "ab12", "fa", "عنوان")) == Outcome("", Kind.NEW)
