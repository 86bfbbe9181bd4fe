"""A run is killed at any line between scan and ledger: the next run alone makes everything agree."""

import random
import signal

import pytest
from runs import ALL, FILES, Runs, disturb, fill, seeds, settle_by_one_run

pytestmark = [pytest.mark.processes, pytest.mark.search]

#: Lines a first run over the folder executes, and a run over the disturbed one; found by running them once.
_counted: dict[str, int] = {}


@pytest.mark.parametrize("seed", seeds(40))
def test_killed_first_run(runs: Runs, seed: int) -> None:
    if "first" not in _counted:
        fill(runs.archive)
        _counted["first"] = runs.count_lines()
        settle_by_one_run(runs.archive)
        runs.restart()
    fill(runs.archive)
    line = random.Random(seed).randrange(1, _counted["first"])
    runs.finish(runs.start("--signal", "KILL", "--line", str(line)), -signal.SIGKILL)
    settle_by_one_run(runs.archive)
    assert len(runs.archive.statuses()) == FILES


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(40))
def test_killed_run_over_a_changed_folder(runs: Runs, seed: int) -> None:
    """Also when the folder is changed again before the next run."""
    fill(runs.archive)
    runs.archive.run()
    disturb(runs.archive, 1)
    if "changed" not in _counted:
        _counted["changed"] = runs.count_lines()
        settle_by_one_run(runs.archive)
        disturb(runs.archive, 2)
    line = random.Random(seed).randrange(1, _counted["changed"])
    process = runs.start("--signal", "KILL", "--line", str(line))
    runs.finish(process, -signal.SIGKILL, 0)
    if seed % 2:
        disturb(runs.archive, 3)
    settle_by_one_run(runs.archive)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(10))
def test_killed_again_and_again(runs: Runs, seed: int) -> None:
    """Every run gets a little further than the one before."""
    fill(runs.archive, 100, seed)
    chosen = random.Random(seed)
    for _ in range(8 if ALL else 3):
        process = runs.start("--batch", "10", "--signal", "KILL", "--line", str(chosen.randrange(1, 12_000)))
        runs.finish(process, -signal.SIGKILL, 0)
        disturb(runs.archive, chosen.randrange(1_000))
    settle_by_one_run(runs.archive)
