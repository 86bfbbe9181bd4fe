"""The circuit breaker: which failures stop a run, and which never do."""

import pytest

from tasks.breaker import Breaker, TooManyFailures
from tasks.outcome import Kind, Outcome

GOOD = Outcome("good.txt", Kind.NEW)


def failed(step: str) -> Outcome:
    return Outcome("bad.txt", Kind.QUARANTINED, step=step, reason="it broke")


def test_ten_failures_in_a_row_are_borne_and_eleven_are_not() -> None:
    Breaker().watch([failed("index")] * 10)
    with pytest.raises(TooManyFailures, match=r"The step index fails again and again.*bad\.txt: it broke"):
        Breaker().watch([failed("index")] * 11)


def test_a_quarter_of_the_last_hundred_is_borne_and_more_is_not() -> None:
    Breaker().watch([failed("normalize"), GOOD, GOOD, GOOD] * 100)
    with pytest.raises(TooManyFailures):
        Breaker().watch([failed("normalize"), GOOD, GOOD, GOOD] * 25 + [failed("normalize"), failed("normalize")])


def test_failures_at_different_steps_are_not_added() -> None:
    Breaker().watch([failed("detect"), failed("enrich")] * 10)


def test_files_that_cannot_be_read_never_stop_a_run() -> None:
    Breaker().watch([failed("read")] * 1000)


def test_the_count_goes_on_from_batch_to_batch() -> None:
    breaker = Breaker()
    breaker.watch([failed("index")] * 6)
    with pytest.raises(TooManyFailures):
        breaker.watch([failed("index")] * 5)
