"""What is due now, by the exchanges' own sessions: run every minute, each thing exactly once.

A key names the session and is used up for ever, so two planners, a planner that slept, holidays, half days and
both daylight-saving days neither double nor lose a run.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT

from pricing.market.calendar import DEFAULT
from pricing.models import Instrument, TradingSession
from pricing.selectors import calendars_in_use, exchange_is_open, last_closed_sessions, trading_now
from stocktracker.jobs.models import UNDER_WAY, Job
from stocktracker.jobs.services import enqueue

REFRESH_EVERY = timedelta(minutes=5)  # while an exchange trades
QUIET_EVERY = timedelta(minutes=30)  # while only coins and currencies do: a page that is looked at asks by itself
CLOSE_DELAY = timedelta(minutes=30)  # until the source's closing prices have settled
WARM_DELAY = timedelta(minutes=60)  # after the close: half an hour after the prices
FIRST_HISTORY_EVERY = timedelta(hours=4)  # for symbols that have none yet
LATEST_START = timedelta(days=5)  # a close longer ago than this is a matter for backfills


def plan(now: datetime) -> list[Job]:
    """Enqueues what is due and returns it, jobs already asked for included."""
    return [*_housekeeping(now), *_refresh(now), *_after_closes(now), *_benchmarks(now), *_first_histories(now)]


def _housekeeping(now: datetime) -> list[Job]:
    day = now.astimezone(UTC).date().isoformat()
    return [
        enqueue("pricing.materialise_sessions", key=f"sessions:{day}:{_calendars()}", once=True),
        enqueue("jobs.prune", key=f"prune:{day}", once=True),
    ]


def _calendars() -> int:
    """A new exchange among the instruments asks for its sessions at once."""
    return len(calendars_in_use())


def _refresh(now: datetime) -> list[Job]:
    symbols = sorted(trading_now(now).values_list("symbol", flat=True))
    if not symbols:
        return []
    if waiting := _refresh_under_way():  # for the price source, perhaps for hours: more of them would all run then
        return [waiting]
    every = REFRESH_EVERY if exchange_is_open(now) else QUIET_EVERY
    slot = int(now.timestamp() // every.total_seconds())
    return [
        enqueue("pricing.refresh_quotes", key=f"refresh:{every.seconds}:{slot}", once=True, priority=4, symbols=symbols)
    ]


def _refresh_under_way() -> Job | None:
    mine = Job.objects.filter(kind="pricing.refresh_quotes", requested_by=None, state__in=UNDER_WAY)
    return mine.order_by("-id").first()


def _after_closes(now: datetime) -> list[Job]:
    return [
        enqueue(
            "stocktracker.after_close",
            key=f"after_close:{row.calendar}:{row.session}",
            once=True,
            calendar=row.calendar,
            session=row.session.isoformat(),
        )
        for row in _recent(now, CLOSE_DELAY)
    ]


def _benchmarks(now: datetime) -> list[Job]:
    return [
        enqueue("stocktracker.warm_benchmarks", key=f"warm:{row.calendar}:{row.session}", once=True)
        for row in _recent(now, WARM_DELAY)
        if row.calendar == DEFAULT
    ]


def _first_histories(now: datetime) -> list[Job]:
    """Whoever still waits for a first history is asked for again: the job may have failed for good in an outage."""
    slot = int(now.timestamp() // FIRST_HISTORY_EVERY.total_seconds())
    backfills = Job.objects.filter(kind="stocktracker.backfill", state__in=UNDER_WAY)
    asked = backfills.annotate(symbol=KT("args__symbol")).filter(symbol=OuterRef("symbol"))
    waiting = Instrument.objects.filter(~Exists(asked), status=Instrument.Status.NEW)
    return [
        enqueue("stocktracker.backfill", key=f"first:{symbol}:{slot}", once=True, priority=6, symbol=symbol)
        for symbol in waiting.values_list("symbol", flat=True)
    ]


def _recent(now: datetime, delay: timedelta) -> list[TradingSession]:
    return [row for row in last_closed_sessions(now, delay) if now - row.closes_at < LATEST_START]
