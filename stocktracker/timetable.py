"""What is due now, by the exchanges' own sessions: run every minute, each thing exactly once.

A key names the session and is used up for ever, so two planners, a planner that slept, holidays, half days and
both daylight-saving days neither double nor lose a run.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT

from portfolios.ranks import ranks
from portfolios.services.rebuilds import request_failed
from pricing.market.calendar import DEFAULT
from pricing.market.plan import QUIET_EVERY, REFRESH_EVERY, Candidate, Rank, in_order, refresh_every
from pricing.models import Instrument, TradingSession
from pricing.selectors import (
    calendars_in_use,
    exchange_is_open,
    last_closed_sessions,
    spent_today,
    to_refresh,
    unrecorded_calendars,
    upstream_limits,
    without_quote,
)
from stocktracker.jobs.models import UNDER_WAY, Job
from stocktracker.jobs.services import enqueue

RECONCILE_HOUR = 6  # UTC: after the last close in New York, before the first one in Europe
BY_QUOTE_HOUR = 22  # UTC: exchanges whose hours are not known here have closed by then
CLOSE_DELAY = timedelta(minutes=30)  # until the source's closing prices have settled
WARM_DELAY = timedelta(minutes=60)  # after the close: half an hour after the prices
FIRST_HISTORY_EVERY = timedelta(hours=4)  # for symbols that have none yet
PLAN_EVERY = timedelta(minutes=1)
MOST_SYMBOLS = 5_000  # of one refresh: a hundred requests
FIRST_QUOTES_EVERY = timedelta(minutes=10)
LATEST_START = timedelta(days=5)  # a close longer ago than this is a matter for backfills


def plan(now: datetime) -> list[Job]:
    """Enqueues what is due and returns it, jobs already asked for included."""
    daily = [*_housekeeping(now), *_reconcile(now)]
    sessions = [*_refresh(now), *_after_closes(now), *_benchmarks(now)]
    return [*daily, *sessions, *_first_histories(now), *_first_quotes(now), *request_failed(now)]


def _housekeeping(now: datetime) -> list[Job]:
    day = now.astimezone(UTC).date().isoformat()
    return [
        enqueue("pricing.materialise_sessions", key=f"sessions:{day}:{_calendars()}", once=True),
        enqueue("jobs.prune", key=f"prune:{day}", once=True),
        enqueue("portfolios.forget_changes", key=f"forget:{day}", once=True),
        enqueue("charts.forget_backtests", key=f"forget_backtests:{day}", once=True),
    ]


def _calendars() -> int:
    """A new exchange among the instruments asks for its sessions at once."""
    return len(calendars_in_use())


def _reconcile(now: datetime) -> list[Job]:
    """In the morning, when sources have settled what the day before was."""
    utc = now.astimezone(UTC)
    if utc.hour < RECONCILE_HOUR:
        return []
    return [enqueue("stocktracker.reconcile", key=f"reconcile:{utc.date().isoformat()}", once=True)]


def _refresh(now: datetime) -> list[Job]:
    """Quotes of what trades now and was not asked for lately, the most wanted first, as often as the budget lasts for.

    One job for each slot of REFRESH_EVERY, whatever the pace: that is in when each symbol was asked for last.
    """
    symbols = _due(now)[:MOST_SYMBOLS]
    if not symbols:
        return []
    if waiting := _refresh_under_way():  # for the price source, perhaps for hours: more of them would all run then
        return [waiting]
    slot = int(now.timestamp() // REFRESH_EVERY.total_seconds())
    return [enqueue("pricing.refresh_quotes", key=f"refresh:{slot}", once=True, priority=4, symbols=symbols)]


def _due(now: datetime) -> list[str]:
    trading = list(to_refresh(now).values_list("pk", "symbol", "quote__fetched_at"))
    if not trading:
        return []
    known = ranks(now)
    candidates = [Candidate(symbol, known.get(pk, Rank.POPULAR), asked_at) for pk, symbol, asked_at in trading]
    held = sum(one.rank < Rank.POPULAR for one in candidates)
    pace, others = refresh_pace(held, now), max(QUIET_EVERY, refresh_pace(len(candidates), now))
    return in_order(one for one in candidates if _is_due(one, pace if one.rank < Rank.POPULAR else others, now))


def _is_due(one: Candidate, pace: timedelta, now: datetime) -> bool:
    """A plan is made each minute: what would be due before the next one is due now."""
    return one.asked_at is None or now - one.asked_at > pace - PLAN_EVERY


def refresh_pace(symbols: int, now: datetime) -> timedelta:
    """How often so many symbols are asked for at this time of day and of the budget."""
    if not (exchange_is_open(now) or exchange_is_open(now - REFRESH_EVERY)):  # or it has just closed
        return QUIET_EVERY
    return refresh_every(symbols, upstream_limits(), spent_today(now), now)


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
        for row in [*_recent(now, CLOSE_DELAY), *_by_quote(now)]
    ]


def _by_quote(now: datetime) -> list[TradingSession]:
    """One evening a day for the exchanges whose hours are not known here."""
    utc = now.astimezone(UTC)
    names = unrecorded_calendars(now) if utc.hour >= BY_QUOTE_HOUR else []
    return [TradingSession(calendar=name, session=utc.date(), opens_at=utc, closes_at=utc) for name in names]


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


def _first_quotes(now: datetime) -> list[Job]:
    """For whoever has none, whatever became of the job that should have fetched it."""
    slot = int(now.timestamp() // FIRST_QUOTES_EVERY.total_seconds())
    waiting = without_quote().exists()
    return [enqueue("pricing.first_quotes", key=f"first_quotes:{slot}", once=True)] if waiting else []


def _recent(now: datetime, delay: timedelta) -> list[TradingSession]:
    return [row for row in last_closed_sessions(now, delay) if now - row.closes_at < LATEST_START]
