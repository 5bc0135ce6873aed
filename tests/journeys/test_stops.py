"""A platform's SIGTERM: what is under way ends, everybody leaves well within 30 seconds."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.db.models import Max
from django.utils import timezone

from portfolios.models import Portfolio
from stocktracker.embedded.procfile import Procfile
from stocktracker.jobs.heartbeats import read_signs
from stocktracker.jobs.models import UNDER_WAY, Job, State
from stocktracker.jobs.services import enqueue
from stocktracker.monitoring.models import Event
from tests.processes import ROOT

from .conftest import Processes, answers, eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PLATFORM = 30.0  # seconds between SIGTERM and SIGKILL
LOCKED = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = current_database())
"""


def line_of(name: str) -> list[str]:
    """The Procfile's own, as a platform starts it."""
    return ["sh", "-c", f"exec {Procfile.read(ROOT / 'Procfile').commands[name]}"]


def ended(child: subprocess.Popen[bytes]) -> float:
    """Seconds after SIGTERM."""
    started = time.monotonic()
    child.send_signal(signal.SIGTERM)
    child.wait(PLATFORM)
    return time.monotonic() - started


def started_web(processes: Processes) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes.changes |= {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "1"}
    web = processes.start("web", *line_of("web"))
    eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the web process")
    return web, f"127.0.0.1:{port}"


def idle() -> bool:
    """Its heart has said so after the last job ended: a sign from before may be of a moment between two jobs."""
    if Job.objects.filter(state__in=UNDER_WAY).exists():
        return False
    ended_at = Job.objects.aggregate(last=Max("finished_at"))["last"]
    workers = read_signs().workers
    return bool(workers) and all(one.running == 0 and one.at > ended_at for one in workers)


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOCKED)
        return int(cursor.fetchone()[0])


def test_a_request_that_is_being_answered_is_answered_after_sigterm(
    processes: Processes, owner: User, empty_portfolio: Portfolio
) -> None:
    web, address = started_web(processes)
    got: dict[str, Any] = {}

    def ask() -> None:
        asking = http.client.HTTPConnection(urlsplit(f"//{address}").hostname or "", int(address.partition(":")[2]))
        asking.request("GET", "/readyz")
        got["status"] = asking.getresponse().status

    asker = threading.Thread(target=ask)
    stopped: list[float] = []
    with transaction.atomic():  # the page waits for the table of jobs until this block ends
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE jobs_job IN ACCESS EXCLUSIVE MODE")
        asker.start()
        eventually(waiting, "the page that waits")
        stopper = threading.Thread(target=lambda: stopped.append(ended(web)))
        stopper.start()
        eventually(
            lambda: not answers(f"http://{address}/healthz") or "Shutting down" in processes.log("web"), "SIGTERM"
        )
    asker.join()
    stopper.join()

    assert got == {"status": 200}
    assert stopped[0] < PLATFORM
    processes.running.remove(web)


def test_beat_leaves_at_once(processes: Processes) -> None:
    beat = processes.start("beat", *line_of("beat"))
    eventually(lambda: "Sending due task" in processes.log("beat"), "beat's first tick")

    seconds = ended(beat)

    assert beat.returncode == 0
    assert seconds < 10
    processes.running.remove(beat)


def test_an_idle_worker_leaves_at_once_and_says_goodbye(processes: Processes) -> None:
    worker = processes.start("worker", *line_of("worker"))
    eventually(lambda: Job.objects.filter(kind="stocktracker.wake_up", state=State.DONE), "its first look around")
    eventually(idle, "a worker with nothing to do")

    seconds = ended(worker)

    assert seconds < 10
    assert said_goodbye()
    processes.running.remove(worker)


def test_a_worker_with_a_job_leaves_in_time_and_says_goodbye(processes: Processes) -> None:
    worker = processes.start("worker", *line_of("worker"))
    eventually(lambda: Job.objects.filter(kind="stocktracker.wake_up", state=State.DONE), "its first look around")
    eventually(idle, "the end of what it asked for: the day's own pruning would take the row away")
    old = Job.objects.create(kind="jobs.prune", state=State.DONE, finished_at=timezone.now() - timedelta(days=60))
    with holding(old):
        enqueue("jobs.prune", key="prune:now")
        eventually(waiting, "a job that waits for the row it wants to delete")

        seconds = ended(worker)

    assert seconds < PLATFORM
    assert said_goodbye()
    processes.running.remove(worker)


@contextmanager
def holding(row: Job) -> Iterator[None]:
    """This row is locked by another session."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT FROM jobs_job WHERE id = %s FOR UPDATE", [row.pk])
        yield
    finally:
        other.close()


def said_goodbye() -> bool:
    """It is missed by nobody, and the log of events has both its ends."""
    codes = list(Event.objects.filter(kind=Event.Kind.WORKER).order_by("pk").values_list("code", flat=True))
    return read_signs().workers == [] and codes == ["worker_started", "worker_left"]
