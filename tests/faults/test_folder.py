"""The folder goes, changes or is worked on by another run, while a run stands between two lines."""

import os
import random
import shutil
import time

import pytest
from runs import ALL, MISCONFIGURED, UNAVAILABLE, Runs, disturb, fill, seeds, settle_by_one_run

pytestmark = [pytest.mark.processes, pytest.mark.search, pytest.mark.slow]

FILES = 120 if ALL else 50
LINES = 30_000 if ALL else 10_000


def stop_somewhere(runs: Runs, seed: int) -> int:
    """A line that a run over the disturbed folder comes to."""
    return random.Random(seed).randrange(50, LINES)


@pytest.fixture
def changed(runs: Runs) -> Runs:
    """A folder that was archived and then changed."""
    fill(runs.archive, FILES)
    runs.archive.run()
    disturb(runs.archive, 1)
    return runs


@pytest.mark.parametrize("leave_mount_point", [True, False])
@pytest.mark.parametrize("seed", seeds(20))
def test_folder_vanishes_and_comes_back(changed: Runs, seed: int, leave_mount_point: bool) -> None:
    """Nothing is taken for removed that was not gone when the run began, and what was begun is ended later."""
    archive = changed.archive
    away = archive.folder.with_name("away")
    process = changed.start_and_stop(stop_somewhere(changed, seed), "--batch", "20", "--guarded")
    gone = {path for path, status in archive.statuses().items() if path not in archive.listing()}
    archive.folder.rename(away)
    if leave_mount_point:
        archive.folder.mkdir()
    before = set(archive.statuses())
    changed.finish(process, 0, UNAVAILABLE, MISCONFIGURED)
    assert before - set(archive.statuses()) <= gone
    if leave_mount_point:
        archive.folder.rmdir()
    away.rename(archive.folder)
    settle_by_one_run(archive)


@pytest.mark.parametrize("seed", seeds(20))
def test_files_change_while_a_run_is_under_way(changed: Runs, seed: int) -> None:
    process = changed.start_and_stop(stop_somewhere(changed, seed), "--batch", "20")
    disturb(changed.archive, seed + 2)
    changed.finish(process)
    settle_by_one_run(changed.archive)


@pytest.mark.parametrize("seed", seeds(20))
def test_batches_side_by_side(changed: Runs, seed: int) -> None:
    """Copies, exchanges and changes of one text in batches that run at the same time."""
    archive = changed.archive
    archive.batch, archive.workers = 1 + seed % 4, 4
    archive.run()
    archive.check()
    disturb(archive, seed + 2)
    archive.run()
    archive.check()
    assert archive.run()[1] == []


@pytest.mark.parametrize("seed", seeds(20))
def test_two_runs_at_once(changed: Runs, seed: int) -> None:
    """One stands still at some line while the other does everything; nothing is done twice."""
    process = changed.start_and_stop(stop_somewhere(changed, seed), "--batch", "20")
    changed.finish(changed.start("--batch", "30"))
    changed.finish(process)
    settle_by_one_run(changed.archive)


@pytest.mark.whole
@pytest.mark.parametrize("seed", seeds(20))
def test_two_runs_side_by_side(changed: Runs, seed: int) -> None:
    processes = [changed.start("--batch", str(7 + seed + place)) for place in range(2)]
    for process in processes:
        changed.finish(process)
    settle_by_one_run(changed.archive)


@pytest.mark.parametrize("seed", seeds(20))
def test_two_runs_at_once_and_files_change_between(changed: Runs, seed: int) -> None:
    process = changed.start_and_stop(stop_somewhere(changed, seed), "--batch", "20")
    disturb(changed.archive, seed + 2)
    changed.finish(changed.start("--batch", "30"))
    changed.finish(process)
    settle_by_one_run(changed.archive)


@pytest.mark.parametrize("years", [-30, -1, 1, 30] if ALL else [-1])
def test_clock_jumps(changed: Runs, years: int) -> None:
    """Every file gets another time, half of them other text: time tells that a file changed, not what is newer."""
    archive = changed.archive
    archive.run()
    for place, file in enumerate(sorted(archive.folder.rglob("*.txt"))):
        if place % 2:
            path = os.fsencode(file.relative_to(archive.folder))
            archive.write(path, f"خبر تازه {place}\nمتن تازه شماره {place} است.", age=-years * 365 * 86_400)
        else:
            moment = time.time() + years * 365 * 86_400
            os.utime(file, (moment, moment))
    settle_by_one_run(archive)


def test_folder_is_emptied_and_filled_again(changed: Runs) -> None:
    """As by a synchronisation that starts anew: nothing is removed meanwhile, nothing is indexed twice."""
    archive = changed.archive
    archive.run()
    documents = archive.documents()
    saved = archive.folder.with_name("saved")
    shutil.copytree(archive.folder, saved)
    shutil.rmtree(archive.folder)
    archive.folder.mkdir()
    changed.finish(changed.start("--guarded"))
    assert archive.documents() == documents
    shutil.rmtree(archive.folder)
    saved.rename(archive.folder)
    assert archive.run()[1] == []
    archive.check()
