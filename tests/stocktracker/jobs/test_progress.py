import pytest

from stocktracker.jobs.progress import KEPT_SECONDS, Advance, Progress, StoppedError, ask_to_stop, read_progress
from stocktracker.redis import store
from tests.processes import run_python

pytestmark = pytest.mark.django_db

AWAY = "redis://127.0.0.1:1/0"


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def seen(job_id: int) -> int:
    """The step a page would show."""
    return read_progress([job_id])[job_id].done


def test_a_page_reads_how_far_a_job_is(clock: Clock) -> None:
    Progress(7, clock=clock)(3, 20, "AAPL")

    assert read_progress([7]) == {7: Advance(3, 20, "AAPL")}
    assert read_progress([7])[7].percent == 15


def test_five_steps_a_second_are_written_at_most(clock: Clock) -> None:
    progress = Progress(7, clock=clock)
    written = set()

    for step in range(65):
        clock.seconds = 100.0 + step / 64
        progress(step, 1000)
        written.add(seen(7))

    assert written == {0, 13, 26, 39, 52}


def test_the_last_step_is_written_however_soon_it_comes(clock: Clock) -> None:
    progress = Progress(7, clock=clock)
    progress(1, 3)

    progress(2, 3)
    before_last = seen(7)
    progress(3, 3)

    assert (before_last, seen(7)) == (1, 3)


def test_a_job_without_steps_is_at_nought_percent(clock: Clock) -> None:
    Progress(7, clock=clock)(0, 0, "looking")

    assert read_progress([7])[7].percent == 0


def test_only_jobs_that_have_reported_are_answered(clock: Clock) -> None:
    Progress(7, clock=clock)(1, 2)
    Progress(8, clock=clock)(2, 2)

    assert read_progress([7, 8, 9]).keys() == {7, 8}
    assert read_progress([]) == {}


def test_what_is_cleared_is_gone(clock: Clock) -> None:
    progress = Progress(7, clock=clock)
    progress(1, 2)

    progress.clear()

    assert read_progress([7]) == {}


def test_what_nobody_cleared_vanishes_by_itself(clock: Clock) -> None:
    Progress(7, clock=clock)(1, 2)

    assert 0 < int(str(store().ttl("job:7"))) <= KEPT_SECONDS


def test_while_redis_is_away_nothing_is_read_or_written_and_nobody_fails() -> None:
    program = """
from stocktracker.jobs.progress import Progress, read_progress
progress = Progress(7)
progress(1, 2, "half")
progress.clear()
print(read_progress([7]))
"""

    assert run_python(program, REDIS_URL=AWAY) == "{}"


def test_a_handler_that_was_asked_to_stop_does_at_its_next_report_and_one_of_a_later_attempt_does_not(
    clock: Clock,
) -> None:
    ask_to_stop({7: 2})

    with pytest.raises(StoppedError):
        Progress(7, 2, clock)(1, 2)
    Progress(7, 3, clock)(1, 2)
    Progress(8, 1, clock)(1, 2)
