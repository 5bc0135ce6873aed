"""Doorbells of the pipelines: each job kind rings one function of stocktracker.pipelines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from celery import shared_task
from django.utils import timezone

from stocktracker.jobs.kinds import job
from stocktracker.jobs.running import PostponedError, Run


@contextmanager
def _postponed_when_refused() -> Iterator[None]:
    """The upstream's breaker or budget is nobody's failed attempt: come back when it opens."""
    from pricing.gateway import RefusedError

    try:
        yield
    except RefusedError as refusal:
        raise PostponedError(str(refusal), refusal.seconds) from refusal


@shared_task(name="stocktracker.plan")
def plan() -> None:
    from stocktracker.timetable import plan as plan_now
    from stocktracker.waking import notice_pause

    now = timezone.now()
    notice_pause(now)
    plan_now(now)


@job("stocktracker.backfill", queue="prices", priority=2, title="History of {symbol}")
def backfill(run: Run, symbol: str, trusted: bool = False) -> None:
    from stocktracker.pipelines import fetch_history

    with _postponed_when_refused():
        fetch_history(run, symbol, timezone.now(), trusted=trusted)


@job("stocktracker.rebuild", queue="charts", priority=5, title="Figures and charts of {subject}")
def rebuild(run: Run, portfolio: int) -> None:
    from stocktracker.pipelines import rebuild as rebuild_now

    rebuild_now(run, portfolio, timezone.now())


@job("stocktracker.after_close", queue="prices", priority=3, title="After the close of {calendar}, {session}")
def after_close(run: Run, calendar: str, session: str) -> None:
    from pricing.gateway import RefusedError
    from pricing.upstream.client import UpstreamError
    from stocktracker.pipelines import after_close as after_close_now
    from stocktracker.pipelines import request_second_sources

    day = date.fromisoformat(session)
    with _postponed_when_refused():
        try:
            after_close_now(run, calendar, day, timezone.now())
        except (RefusedError, UpstreamError):
            request_second_sources(calendar, day)
            raise


@job("stocktracker.second_source", queue="prices", priority=5, title="Second source of {symbol}")
def second_source(run: Run, symbol: str) -> None:
    from stocktracker.pipelines import second_source as second_source_now

    with _postponed_when_refused():
        second_source_now(run, symbol, timezone.now())


@job("stocktracker.correct", queue="interactive", priority=1, title="Corrections of {symbol}")
def correct(run: Run, symbol: str) -> None:
    from stocktracker.pipelines import correct as correct_now

    correct_now(run, symbol, timezone.now())


@job("stocktracker.reconcile", queue="prices", priority=7, title="Check of histories")
def reconcile(run: Run) -> None:
    from stocktracker.pipelines import reconcile as reconcile_now

    reconcile_now(run, timezone.now())


@job("stocktracker.warm_benchmarks", queue="prices", priority=7, title="Warm benchmarks")
def warm_benchmarks(run: Run) -> None:
    from stocktracker.pipelines import warm_benchmarks as warm

    warm(run)


@job("stocktracker.wake_up", queue="housekeeping", priority=2, title="Waking up")
def wake_up(run: Run) -> None:
    from stocktracker.pipelines import wake_up as wake_up_now
    from stocktracker.timetable import plan as plan_now
    from stocktracker.waking import notice_pause

    now = timezone.now()
    notice_pause(now)
    plan_now(now)  # before beat's next minute
    wake_up_now(run, now)
