from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.health import Problem, problems, span
from stocktracker.jobs.heartbeats import SWEPT, TICKED, WorkerBeat, beat, swept, ticked
from stocktracker.jobs.models import Job
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue
from stocktracker.redis import store
from tests.processes import run_python

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


@pytest.fixture
def all_well() -> None:
    """A worker and beat have just spoken, and the sweep has run."""
    now = datetime.now(UTC)
    beat(WorkerBeat("celery@host/7", now, now, concurrency=2, running=0, memory_mb=None))
    ticked()
    swept()


def waiting(seconds: float, jobs: int = 1, queue: str = "charts") -> None:
    due = timezone.now() - timedelta(seconds=seconds)
    for _ in range(jobs):
        Job.objects.filter(pk=enqueue("test.kind").pk).update(queue=queue, run_at=due)


def codes() -> list[str]:
    return [problem.code for problem in problems(timezone.now())]


def test_where_all_is_well_nothing_is_said(all_well: None) -> None:
    assert problems(timezone.now()) == []


def test_it_costs_one_query(all_well: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        problems(timezone.now())


def test_nobody_works_and_nobody_plans() -> None:
    worker, beat_process = problems(timezone.now())

    assert (worker.code, worker.text[:22]) == ("worker", "No worker is running. ")
    assert (beat_process.code, beat_process.text[:25]) == ("beat", "Beat has not ticked yet. ")


def test_a_worker_that_fell_silent_is_told_with_when(all_well: None) -> None:
    told = problems(timezone.now() + timedelta(minutes=2))

    assert "No worker is running (last seen 2 minutes ago)." in told[0].text
    assert "Beat has not ticked for 2 minutes." in told[1].text


def test_beat_may_miss_a_few_ticks_before_it_is_told(all_well: None) -> None:
    store().set(TICKED, timezone.now().timestamp() - 25)
    before = codes()

    store().set(TICKED, timezone.now().timestamp() - 35)

    assert (before, codes()) == ([], ["beat"])


@pytest.mark.parametrize(
    ("queue", "seconds", "told"),
    [
        ("interactive", 20, []),
        ("interactive", 40, ["queue"]),
        ("charts", 170, []),
        ("charts", 190, ["queue"]),
        ("prices", 14 * 60, []),
        ("prices", 16 * 60, ["queue"]),
    ],
)
def test_a_queue_is_backed_up_when_somebody_waits_or_anything_waits_long(
    all_well: None, queue: str, seconds: int, told: list[str]
) -> None:
    waiting(seconds, queue=queue)

    assert codes() == told


def test_a_backlog_is_told_with_its_size_and_age(all_well: None) -> None:
    waiting(200, jobs=2)
    waiting(5)

    assert problems(timezone.now()) == [
        Problem("queue", "The queue is backed up: 3 jobs wait, the oldest for 3 minutes.")
    ]


def test_problems_are_told_in_the_readers_language(all_well: None) -> None:
    waiting(200, jobs=3)

    with override("de"):
        told = problems(timezone.now())

    assert [problem.text for problem in told] == [
        "Die Warteschlange staut sich: 3 Aufgaben warten, die älteste seit 3 Minuten."
    ]


def test_what_is_postponed_does_not_wait(all_well: None) -> None:
    waiting(-600)

    assert codes() == []


def test_without_redis_nothing_else_is_known_of_workers() -> None:
    program = """
from django.utils import timezone
from stocktracker.jobs.health import problems
print([problem.code for problem in problems(timezone.now())])
"""

    assert run_python(program, REDIS_URL="redis://127.0.0.1:1/0") == "['redis']"


def test_a_sweep_that_does_not_run_is_told_where_workers_and_beat_are_well(all_well: None) -> None:
    store().set(SWEPT, timezone.now().timestamp() - 50)
    before = codes()

    store().set(SWEPT, timezone.now().timestamp() - 70)

    (told,) = problems(timezone.now())
    assert before == []
    assert told.text.startswith("The sweep has not run for 1 minute")


def test_jobs_of_another_version_do_not_back_a_queue_up(all_well: None) -> None:
    waiting(600)
    Job.objects.update(kind="gone.kind")

    assert codes() == []


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-3, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (3 * 60 + 20, "3 minutes"),
        (90 * 60, "90 minutes"), (3 * 3600, "3 hours"), (30 * 3600, "30 hours"), (50 * 3600, "2 days"),
    ],
)  # fmt: skip
def test_a_span_is_told_as_people_say_it(seconds: int, told: str) -> None:
    assert span(timedelta(seconds=seconds)) == told
