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

    plan_now(timezone.now())


@job("stocktracker.backfill", queue="prices", priority=2, title="History of {symbol}")
def backfill(run: Run, symbol: str) -> None:
    from stocktracker.pipelines import fetch_history

    with _postponed_when_refused():
        fetch_history(run, symbol, timezone.now())


@job("stocktracker.rebuild", queue="charts", priority=2, title="Figures and charts")
def rebuild(run: Run, portfolio: int) -> None:
    from stocktracker.pipelines import rebuild as rebuild_now

    rebuild_now(run, portfolio, timezone.now())


@job("stocktracker.after_close", queue="prices", priority=3, title="After the close of {calendar}, {session}")
def after_close(run: Run, calendar: str, session: str) -> None:
    from stocktracker.pipelines import after_close as after_close_now

    with _postponed_when_refused():
        after_close_now(run, calendar, date.fromisoformat(session), timezone.now())


@job("stocktracker.warm_benchmarks", queue="prices", priority=7, title="Warm benchmarks")
def warm_benchmarks(run: Run) -> None:
    from stocktracker.pipelines import warm_benchmarks as warm

    warm(run)
