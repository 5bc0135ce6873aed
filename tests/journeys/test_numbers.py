"""What several processes count adds up exactly, and what is wrong with them is found."""

from __future__ import annotations

import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from pricing.simulator.control import Market
from stocktracker.jobs.models import ENDED, Job, State
from stocktracker.jobs.services import enqueue
from stocktracker.metrics import reading
from stocktracker.metrics.processes import alive
from stocktracker.metrics.series import JOB, REQUEST, STATEMENTS
from stocktracker.monitoring.alarms.looking import look

from .conftest import Processes, eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGES, JOBS = 60, 40


def pages(address: str, count: int) -> None:
    """Each on a connection of its own, so that both processes get some."""
    for _ in range(count):
        with urllib.request.urlopen(f"{address}/login/") as answer:  # noqa: S310 — our own http address
            answer.read()


def counted() -> tuple[int, int]:
    """Pages and jobs."""
    numbers = reading.total()
    return numbers.timing(REQUEST, "login").count, numbers.timing(JOB, "jobs.prune", "done").count


def done() -> int:
    """Whoever plans asks for the one of the day, too."""
    return Job.objects.filter(kind="jobs.prune", state=State.DONE).count()


def test_two_web_processes_and_two_workers_add_up_exactly_even_when_they_stop(
    processes: Processes, market: Market
) -> None:
    address = processes.web(workers=2)
    for _ in range(2):
        processes.worker()
    for number in range(JOBS):
        enqueue("jobs.prune", key=f"prune:{number}")
    pages(address, PAGES)

    eventually(lambda: not Job.objects.exclude(state__in=ENDED).exists(), "the end of all jobs")
    eventually(lambda: counted() == (PAGES, done()), "every page and every job in the numbers")
    eventually(lambda: [one.kind for one in alive()] == ["web"] * 2 + ["worker"] * 4, "a sign of every process")
    assert reading.total().amount(STATEMENTS, "login") % PAGES == 0

    for number in range(JOBS):
        enqueue("jobs.prune", key=f"prune:{number}")
    eventually(lambda: not Job.objects.exclude(state__in=ENDED).exists(), "the end of all jobs")
    pages(address, PAGES)
    processes.stop()

    assert counted() == (2 * PAGES, done())
    assert done() >= 2 * JOBS
    processes.running.clear()


def test_a_worker_that_was_killed_is_an_alarm_until_another_one_works(processes: Processes, market: Market) -> None:
    worker = processes.worker()
    processes.kill(worker)
    silent = timezone.now() + timedelta(seconds=30)

    assert "worker" in {found.rule for found in look(silent).found}

    processes.worker()
    assert "worker" not in {found.rule for found in look(timezone.now()).found}
