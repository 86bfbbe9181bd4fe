"""Loading the tables: once, and out of the way of the search for garbage."""

import gc
import subprocess
import sys

import pytest

import tasks.enrich as steps

_COUNT = """
import gc
from tasks.enrich import warm
warm()
loaded = gc.get_freeze_count()
warm()
print(gc.isenabled(), loaded > 100_000, gc.get_freeze_count() == loaded, gc.get_threshold()[0] >= 20_000)
"""


def test_tables_are_no_garbage_and_loaded_once() -> None:
    answer = subprocess.run([sys.executable, "-c", _COUNT], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["True", "True", "True", "True"]


def test_a_table_that_cannot_be_read_leaves_the_search_for_garbage_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError("a broken table")

    monkeypatch.setattr(steps, "_make_tables", fail)
    with pytest.raises(ValueError, match="a broken table"):
        steps._load.__wrapped__()
    assert gc.isenabled()
