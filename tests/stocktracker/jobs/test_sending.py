import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from stocktracker.jobs import sending
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.sending import send, send_in_background, send_next
from stocktracker.jobs.services import enqueue
from stocktracker.redis import store
from tests.processes import run_python

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 10.0


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


@pytest.fixture
def as_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process sends as the web process does."""
    monkeypatch.setattr(sending, "_wanted", False)
    send_in_background()


def messages() -> int:
    """Waiting in the queue of the test kind, at its priority 5."""
    return int(store().llen("housekeeping\x06\x164"))


def test_while_redis_is_away_the_job_is_stored_and_nothing_hangs() -> None:
    job = enqueue("test.kind")
    Job.objects.update(kind="jobs.prune", sent_at=None)
    program = f"""
import time
from stocktracker.jobs.models import Job
from stocktracker.jobs.sending import send
job = Job.objects.get(pk={job.pk})
send([])
started = time.perf_counter()
print(send([job]), time.perf_counter() - started)
"""

    sent, seconds = run_python(program, REDIS_URL="redis://127.0.0.1:1/0").split()

    assert (int(sent), float(seconds) < 1) == (0, True)
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (State.QUEUED, None)


def test_sending_tells_as_many_as_were_sent() -> None:
    jobs = [enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1)) for _ in range(3)]

    assert send(jobs) == 3
    assert messages() == 3


def test_a_row_of_another_version_is_passed_over_and_the_rest_is_sent() -> None:
    gone, known = (enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1)) for _ in range(2))
    gone.kind = "gone.kind"

    assert send([gone, known]) == 1


def test_a_page_leaves_the_sending_to_a_thread(as_a_page: None) -> None:
    job = enqueue("test.kind")

    end = time.monotonic() + PATIENCE_SECONDS
    while not messages():
        assert time.monotonic() < end
        time.sleep(0.005)  # the thread has no other sign
    job.refresh_from_db()
    assert job.sent_at is None  # it keeps no books: at worst the sweep sends it once more
    assert sum(thread.name == "messenger" for thread in threading.enumerate()) == 1


HANGING = """
import socket, time, os
with socket.create_server(("127.0.0.1", 0)) as silent:
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    import stocktracker.wsgi
    from stocktracker.jobs.services import enqueue
    from stocktracker.celery import app
    app.conf.broker_url = os.environ["REDIS_URL"]
    started = time.perf_counter()
    for number in range(20):
        enqueue("jobs.prune", key=f"hanging {number}")
    print((time.perf_counter() - started) / 20)
"""


@pytest.mark.parametrize("redis", ["hangs", "is away"])
def test_a_page_that_asks_for_work_does_not_wait_for_redis(redis: str) -> None:
    away = HANGING.replace('f"redis://127.0.0.1:{silent.getsockname()[1]}/0"', '"redis://127.0.0.1:1/0"')

    seconds = float(run_python(HANGING if redis == "hangs" else away))

    assert seconds < 0.1  # the product's promise; it is a row and nothing else
    assert Job.objects.filter(state=State.QUEUED, sent_at=None).count() == 20


def test_the_most_urgent_waiting_job_of_a_queue_is_sent_wherever_its_message_goes() -> None:
    later = timezone.now() + timedelta(hours=1)
    enqueue("jobs.prune", priority=3, run_at=later)
    urgent = enqueue("test.kind", priority=2, queue="interactive", run_at=later)
    enqueue("stocktracker.rebuild", priority=1, run_at=later)

    send_next("housekeeping", later)

    assert [job.pk for job in Job.objects.exclude(sent_at=None)] == [urgent.pk]
    assert store().llen("interactive\x06\x161") == 1
