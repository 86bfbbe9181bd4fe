"""The real command is killed, loses its server or has company: the next one alone makes all agree."""

import json
import random
import signal
import time

import pytest
from command import SOME_QUARANTINED, Command
from runs import ALL, fill, seeds, wait_until

from daftar.services import processes
from daftar.services.prefect import SERVER

FILES = 500 if ALL else 40

#: Of these pages some are no text, however few they are.
SEED = 5

pytestmark = [pytest.mark.processes, pytest.mark.search, pytest.mark.flows, pytest.mark.slow]


@pytest.fixture
def filled(command: Command) -> Command:
    fill(command.archive, FILES, SEED)
    return command


@pytest.mark.whole
@pytest.mark.parametrize("seed", seeds(10))
def test_killed_command(filled: Command, seed: int) -> None:
    entries = random.Random(seed).randrange(1, FILES * 3 // 4)
    process = filled.start("ingest")
    wait_until(lambda: filled.count_entries() >= entries or process.poll() is not None, 120)
    time.sleep(random.Random(seed).random() / 4)
    process.kill()
    process.communicate()
    assert process.returncode in (-signal.SIGKILL, SOME_QUARANTINED)
    filled.check(FILES)


@pytest.mark.whole
def test_prefect_dies_in_the_middle(filled: Command) -> None:
    """The command says so and ends by itself; the next one starts the server again and carries on."""
    process = filled.start("ingest")
    wait_until(lambda: filled.count_entries() >= FILES // 5 or process.poll() is not None, 120)
    for server in processes.find(filled.home, SERVER):
        server.kill()
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert output == ""
    assert len(errors.strip().splitlines()) == 2, errors
    said, advised = errors.strip().splitlines()
    assert "Prefect's server at http://127.0.0.1:" in said
    assert "does not answer any more" in said
    assert "daftar ingest" in advised
    filled.check(FILES)


@pytest.mark.whole
def test_two_commands_at_once(filled: Command) -> None:
    """The second waits for the first and finds nothing left to do."""
    processes_of_two = [filled.start("ingest") for _ in range(2)]
    answers = [process.communicate(timeout=300) for process in processes_of_two]
    assert [process.returncode for process in processes_of_two] == [SOME_QUARANTINED] * 2, answers
    new = sorted(json.loads(output)["new"] for output, _ in answers)
    assert new[0] == 0 < new[1]
    filled.check(FILES)
