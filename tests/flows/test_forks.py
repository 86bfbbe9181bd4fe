"""Runs as forks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.processes, pytest.mark.slow]

#: Forks a run that there is not.
_CODE = """
import os, time
from flows import forks
forks.fork_runs()
assert forks._starter_engine.run_process.func is forks.run_process
print(forks.start(os.environ | {"PREFECT__FLOW_RUN_ID": "none"}, None, time.time()).wait())
"""


@pytest.mark.parametrize("folder", ["سطحی", "/".join(["پوشه‌ای-بسیار-گود"] * 6)])
def test_a_run_is_forked_and_its_end_is_told_wherever_the_installation_lies(tmp_path: Path, folder: str) -> None:
    temporary = tmp_path / folder
    temporary.mkdir(parents=True)
    environ = os.environ | {"TMPDIR": str(temporary), "DAFTAR_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", _CODE]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "1\n", done.stderr
    assert "Invalid flow run id" in done.stderr
    assert list(temporary.iterdir()) == []


#: Loads what runs are forked from while a table of names cannot be read.
_SPOILT = """
from tasks import enrich
from tasks.errors import Misconfigured
def fail():
    print("asked")
    raise Misconfigured("people.tsv, line 7, cannot be read", "Mend it.")
enrich.warm = fail
import flows.prepared
"""


def test_a_table_that_cannot_be_read_ends_the_run_that_needs_it_and_not_what_runs_are_forked_from() -> None:
    command = [sys.executable, "-c", _SPOILT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.returncode) == ("asked\n", 0), done.stderr
