from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.db import connection
from pytest_django import Settings

from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run, run_job
from stocktracker.jobs.services import enqueue
from stocktracker.jobs.slots import TAKE, is_limited, slot

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def limited(settings: Settings, kind: Kind) -> None:
    settings.RUNNING_AT_ONCE = {"housekeeping": 2}
    kind(lambda _run: None)


@pytest.fixture
def other_workers() -> Iterator[Callable[[], int | None]]:
    """other_workers(): one more process takes a slot, if there is one."""
    opened: list[psycopg2.extensions.connection] = []

    def take() -> int | None:
        settings = connection.get_connection_params()
        settings.pop("cursor_factory", None)
        settings.pop("context", None)
        opened.append(psycopg2.connect(**settings))
        opened[-1].autocommit = True
        from zlib import crc32

        first = crc32(b"housekeeping") % 1_000_000 * 1000
        with opened[-1].cursor() as cursor:
            cursor.execute(TAKE, [first, 2, 7071, first])
            row = cursor.fetchone()
        return row[0] - first if row else None

    yield take
    for one in opened:
        one.close()


def test_so_many_run_at_once_and_no_more(other_workers: Callable[[], int | None]) -> None:
    with slot("housekeeping") as mine:
        taken = [other_workers(), other_workers()]

    assert (mine, taken) == (True, [2, None])
    assert other_workers() == 1  # ours is free again


def test_a_queue_without_a_limit_has_room_for_all() -> None:
    with slot("charts") as first, slot("charts") as second, slot("charts") as third:
        assert (first, second, third) == (True, True, True)
    assert (is_limited("charts"), is_limited("housekeeping")) == (False, True)


def test_a_message_without_a_slot_is_dropped_and_its_job_waits(other_workers: Callable[[], int | None]) -> None:
    other_workers()
    other_workers()
    job = enqueue("test.kind")

    run_job(job.pk, lambda _run: pytest.fail("there is no slot"), "housekeeping")

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.QUEUED, 0)


def test_whoever_ends_sends_the_most_urgent_of_those_that_wait(kind: Kind) -> None:
    work = kind(lambda _run: None)
    first, _later, urgent = enqueue("test.kind"), enqueue("test.kind", priority=8), enqueue("test.kind", priority=2)
    Job.objects.update(sent_at=None)

    work(first.pk)

    assert [job.pk for job in Job.objects.exclude(sent_at=None)] == [urgent.pk]


def test_a_message_in_vain_sends_nothing_or_the_same_would_come_back_for_ever(kind: Kind) -> None:
    work = kind(lambda _run: None)
    done = enqueue("test.kind")
    work(done.pk)
    enqueue("test.kind")
    Job.objects.update(sent_at=None)

    work(done.pk)

    assert not Job.objects.exclude(sent_at=None).exists()
