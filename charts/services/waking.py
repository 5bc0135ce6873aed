"""When prices have come or changed: backtests that wait for them go on, saved strategies are computed again."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from charts.models import Backtest, Strategy
from pricing.models import Instrument
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.sending import tell
from stocktracker.jobs.services import Request, enqueue, enqueue_many

from .asking import job_key

STRATEGY = "charts.strategy"


def prices_came(symbol: str) -> None:
    """Whoever waits for this history need not look again in half a minute. Joins the caller's transaction."""
    waiting = Backtest.objects.waiting().filter(revisions__has_key=symbol)
    keys = [job_key(row) for row in waiting.only("key")]
    if not keys:
        return
    mine = Job.objects.filter(key__in=keys, state=State.QUEUED)
    mine.update(run_at=timezone.now())
    transaction.on_commit(lambda: tell(list(mine)))


def request_strategy(strategy: Strategy) -> None:
    """Computed again, and divided at the day it was saved; joins the caller's transaction."""
    enqueue(STRATEGY, key=f"strategy:{strategy.pk}", subject=strategy.name, strategy=strategy.pk)


def request_strategies(instruments: Iterable[int], parent: Job | None = None) -> list[Job]:
    """Saved strategies without an end that any of these belongs to. Two queries, none of them for each."""
    symbols = list(Instrument.objects.filter(pk__in=list(instruments)).values_list("symbol", flat=True))
    if not symbols:
        return []
    affected = Strategy.objects.filter(result__revisions__has_any_keys=symbols, request__end=None)
    rows = affected.order_by("pk").values_list("pk", "name", "owner")
    return enqueue_many(
        STRATEGY,
        [Request({"strategy": pk}, f"strategy:{pk}", requested_by_id=None, subject=name) for pk, name, _ in rows],
        parent,
    )
