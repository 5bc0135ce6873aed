"""Workers that die: what they were doing is done again, and done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from portfolios.models import Portfolio, Snapshot
from portfolios.services.rebuilds import request_rebuild
from pricing.models import Bar, Instrument
from pricing.services.instruments import ensure_instruments
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.redis import store

from .conftest import Processes, eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_backfill_whose_worker_is_killed_finishes_after_a_restart_with_every_bar_once(
    processes: Processes, market: Market
) -> None:
    processes.changes["UPSTREAM_TIMEOUT"] = "60"
    market.hang(45, requests=1, kind="chart")
    with transaction.atomic():
        ensure_instruments(["KILLED"])
    job = Job.objects.get()
    worker = processes.worker()
    eventually(lambda: market.requests("chart"), "the request of the backfill")

    processes.kill(worker)
    processes.worker()
    processes.beat()

    eventually(lambda: Job.objects.get(pk=job.pk).state == State.DONE, "the end of the backfill")
    job.refresh_from_db()
    assert job.attempts == 2
    bars = Bar.objects.filter(instrument__symbol="KILLED")
    assert job.result is not None
    assert bars.count() == job.result["bars"] > 1000
    assert bars.values("session").distinct().count() == bars.count()
    assert Instrument.objects.get(symbol="KILLED").revision == 1


def test_a_job_of_a_living_worker_is_not_taken_from_it(processes: Processes, market: Market) -> None:
    processes.changes["UPSTREAM_TIMEOUT"] = "60"
    market.hang(60, requests=1, kind="chart")
    with transaction.atomic():
        ensure_instruments(["SLOWLY"])
    worker = processes.worker()
    processes.beat()
    eventually(lambda: market.requests("chart"), "the request of the backfill")

    eventually(lambda: processes.log("worker").count("Task jobs.sweep") >= 2 * 2, "two sweeps")

    job = Job.objects.get(kind="stocktracker.backfill")
    processes.kill(worker)  # it would wait for the hanging market
    assert (job.state, job.attempts) == (State.RUNNING, 1)


def test_messages_lost_with_redis_are_sent_again(
    processes: Processes, market: Market, empty_portfolio: Portfolio
) -> None:
    request_rebuild(empty_portfolio)
    store().flushdb()
    processes.worker()

    processes.beat()

    eventually(lambda: Snapshot.objects.filter(portfolio=empty_portfolio).exists(), "the rebuild")


def test_the_timetable_is_two_rows_of_beat_and_a_change_of_one_is_obeyed(processes: Processes, owner: User) -> None:
    processes.worker()
    processes.beat()
    eventually(lambda: PeriodicTask.objects.filter(task="stocktracker.plan").exists(), "the row of the planner")

    PeriodicTask.objects.filter(task="stocktracker.plan").update(last_run_at=timezone.now() - timedelta(hours=1))
    PeriodicTasks.update_changed()

    eventually(lambda: Job.objects.filter(key__startswith="prune:", state=State.DONE).exists(), "the daily tidying")
    assert PeriodicTask.objects.filter(task="jobs.sweep", enabled=True).count() == 1
    assert Job.objects.filter(key__startswith="prune:").count() == 1
