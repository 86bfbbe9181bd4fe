"""A whole installation as its operator has it: real commands, real processes, really killed."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

import mappings
from daftar.services.processes import NAME_VARIABLE
from tests.nodes import BRIEF
from tests.operators import Operator, build_environment, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.search, pytest.mark.flows, pytest.mark.slow]

PAGE = "آزمایش یک صفحه تازه\n\nامروز در این صفحه واژه {word} آمده است و دیگر هیچ خبری در آن نیست.\n"


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[Operator]:
    """An operator whose folder holds the sample pages; afterwards nothing of the installation is left."""
    place = tmp_path_factory.mktemp("installation")
    shutil.copytree(samples, place / "seeds")
    environ = build_environment(19210, 14210, 18210)
    operator = Operator(place, environ)
    try:
        yield operator
    finally:
        from daftar.services.download import default_cache
        from daftar.services.elasticsearch import Node

        operator.call("down")
        Node(place / ".daftar", default_cache()).remove()


@pytest.fixture(scope="module")
def started(operator: Operator) -> str:
    """What `daftar up` printed."""
    return operator.call("up")


def test_up_prints_the_documents_and_the_addresses(operator: Operator, started: str) -> None:
    pages = sum(1 for _ in (operator.place / "seeds").rglob("*.txt"))
    assert f"{pages} new, 0 failed" in started
    assert "fa-jcpoa-vienna.txt" in started
    assert "http://127.0.0.1:" in started
    status = operator.ask("status")
    assert status["adds_up"] is True
    assert status["ledger"]["indexed"] == status["documents"] == status["files_on_disk"] == pages
    assert status["services"]["elasticsearch"]["ok"]
    assert status["services"]["prefect"]["ok"]
    assert status["last_run"]["state"] == "Completed"


def test_java_gets_the_options_that_are_set(operator: Operator, started: str) -> None:
    nodes = [process for process in operator.processes() if process.environ().get(NAME_VARIABLE) == "elasticsearch"]
    assert started
    assert any(set(BRIEF) <= set(node.cmdline()) for node in nodes)


def test_the_search_page_is_served(operator: Operator, started: str) -> None:
    page = operator.ask("status")["services"]["page"]
    assert page["ok"]
    assert re.search(rf"^search page +{re.escape(page['url'])}$", started, re.MULTILINE)
    answer = httpx.get(page["url"], params={"q": "زلزله", "ui": "fa"}, trust_env=False)
    assert answer.status_code == 200
    assert "کرمانشاه" in answer.text
    operator.call("up")
    assert operator.ask("status")["services"]["page"] == page


def test_a_page_with_other_settings_is_replaced(operator: Operator, started: str) -> None:
    def page_processes() -> set[int]:
        return {process.pid for process in operator.processes() if process.environ().get(NAME_VARIABLE) == "page"}

    before = page_processes()
    assert before
    operator.environ["DAFTAR_PAGE_PORT"] = "18211"
    operator.call("up")
    assert operator.ask("status")["services"]["page"]["url"].startswith("http://127.0.0.1:")
    assert page_processes().isdisjoint(before)


def test_the_schedule_shares_no_temporary_folder_with_other_users(operator: Operator, started: str) -> None:
    schedule = [process for process in operator.processes() if process.environ().get(NAME_VARIABLE) == "schedule"]
    assert schedule
    assert {process.environ()["TMPDIR"] for process in schedule} == {str(operator.place / ".daftar" / "tmp")}
    assert (operator.place / ".daftar" / "tmp" / "runner_storage").is_dir()


def test_a_second_up_changes_nothing(operator: Operator, started: str) -> None:
    before = {process.pid for process in operator.processes()}
    assert "unchanged" in operator.call("up")
    assert before <= {process.pid for process in operator.processes()}


def test_files_are_followed_with_no_command_given(operator: Operator, started: str) -> None:
    file = operator.place / "seeds" / "new.txt"
    file.write_text(PAGE.format(word="سپیدارستان"), encoding="utf-8")
    assert wait_until(lambda: operator.count("سپیدارستان") == 1)
    file.write_text(PAGE.format(word="نیلوفرزار"), encoding="utf-8")
    assert wait_until(lambda: operator.count("نیلوفرزار") == 1)
    assert operator.count("سپیدارستان") == 0
    file.unlink()
    assert wait_until(lambda: operator.count("نیلوفرزار") == 0)
    story = operator.ask("trace", "new.txt")
    assert story["status"] == "removed"
    assert [event["outcome"] for event in story["events"] if event["step"] == "scan"] == ["new", "changed", "removed"]


def test_a_change_during_a_run_does_not_wait_for_the_schedule(operator: Operator, started: str) -> None:
    folder = operator.place / "seeds"
    for number in range(8):
        (folder / f"series-{number}.txt").write_text(PAGE.format(word=f"رشته{number}تایی"), encoding="utf-8")
        time.sleep(0.7)
    assert wait_until(lambda: operator.count("رشته7تایی") == 1)
    for number in range(8):
        (folder / f"series-{number}.txt").unlink()
    assert wait_until(lambda: operator.ask("search", "رشته7تایی")["total"] == 0)


def test_after_kill_of_everything_up_works(operator: Operator, started: str) -> None:
    (operator.place / "seeds" / "killed.txt").write_text(PAGE.format(word="گلسنگستان"), encoding="utf-8")
    time.sleep(3)
    for process in operator.processes():
        process.kill()
    assert wait_until(lambda: not operator.processes())
    operator.call("up")
    assert operator.count("گلسنگستان") == 1
    assert operator.ask("status")["adds_up"] is True
    (operator.place / "seeds" / "killed.txt").unlink()
    assert wait_until(lambda: operator.count("گلسنگستان") == 0)


def test_a_killed_run_does_not_block_the_next(operator: Operator, started: str) -> None:
    file = operator.place / "seeds" / "struck.txt"
    file.write_text(PAGE.format(word="آذرخش‌زار"), encoding="utf-8")

    def run_of_the_schedule() -> list[psutil.Process]:
        return [process for process in operator.processes() if works_on_a_run(process)]

    assert wait_until(lambda: bool(run_of_the_schedule()))
    for process in run_of_the_schedule():
        process.kill()
    file.write_text(PAGE.format(word="تندرزار"), encoding="utf-8")
    assert wait_until(lambda: operator.count("تندرزار") == 1, seconds=60)
    file.unlink()


def works_on_a_run(process: psutil.Process) -> bool:
    """Say whether the process was forked for one flow run."""
    try:
        parent = process.parent()
        return parent is not None and any("multiprocessing.forkserver" in part for part in parent.cmdline())
    except psutil.Error:
        return False


def test_a_run_begins_anew_when_daftar_has_changed(operator: Operator, started: str) -> None:
    def engines() -> list[list[str]]:
        return [line[1:] for line in list_commands(operator) if "prefect.engine" in line]

    file = operator.place / "seeds" / "changed.txt"
    Path(mappings.__file__).touch()
    file.write_text(PAGE.format(word="رگبارستان"), encoding="utf-8")
    assert wait_until(lambda: engines() == [["-m", "prefect.engine"]], pause=0.02)
    assert wait_until(lambda: operator.count("رگبارستان") == 1)
    file.unlink()


def list_commands(operator: Operator) -> list[list[str]]:
    """The command lines of all processes of the installation."""
    lines = []
    for process in operator.processes():
        with suppress(psutil.Error):
            lines.append(process.cmdline())
    return lines


@pytest.fixture
def much(operator: Operator) -> Path:
    """A folder that takes longer to make searchable than `daftar down` takes to begin."""
    folder = operator.place / "much"
    folder.mkdir(exist_ok=True)
    for number in range(600):
        (folder / f"{number}.txt").write_text(PAGE.format(word=f"شماره {number}"), encoding="utf-8")
    return folder


def stop_amid(operator: Operator, folder: Path, amid: Callable[[], bool]) -> None:
    """Begin `daftar ingest`, and `daftar down` as soon as `amid` is true: nothing is left of either."""
    command = [str(Path(sys.executable).with_name("daftar")), "ingest", str(folder)]
    with subprocess.Popen(command, cwd=operator.place, env=operator.environ, stderr=subprocess.DEVNULL) as run:
        assert wait_until(amid, pause=0.01)
        operator.call("down")
        assert run.wait(timeout=30) != 0
    assert operator.processes() == []
    assert operator.unfinished_runs() == 0
    assert list((operator.place / ".daftar" / "workers").iterdir()) == []


def test_down_in_the_middle_of_a_run_leaves_nothing(operator: Operator, started: str, much: Path) -> None:
    stop_amid(operator, much, lambda: operator.unfinished_runs(of_commands=True) > 0)


def test_down_before_a_command_has_begun_its_run_leaves_nothing(operator: Operator, started: str, much: Path) -> None:
    stop_amid(operator, much, lambda: any((operator.place / ".daftar" / "workers").iterdir()))
