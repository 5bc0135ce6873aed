"""An after-close pipeline over very many portfolios, by more and more workers: how fast, and what is the limit.

Servers, workers, jobs, market and figures are the product's own, on a private stack; only the evenings are of the
past week, one for each number of workers.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from charts.models import Chart
from portfolios.models import Holding, Portfolio, Snapshot, Transaction
from pricing.market.bars import records
from pricing.market.calendar import session_days
from pricing.models import Bar, Instrument, TradingSession
from pricing.packed import merge
from pricing.services.sessions import materialise
from pricing.simulator.control import Market
from pricing.simulator.prices import closes
from pricing.upstream.client import Bar as UpstreamBar
from stocktracker.chaos.cpu import processor_seconds
from stocktracker.chaos.stack import Stack
from stocktracker.jobs.heartbeats import read_signs
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.services import enqueue

CALENDAR = "XNYS"
LOOK_EVERY = 0.25  # seconds
BATCH = 500  # portfolios of one insert
BEFORE = 1_500  # calendar days of history
NUMBERS = """
SELECT extract(epoch FROM max(part.finished_at) - min(part.started_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM part.finished_at - part.started_at)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM part.finished_at - part.started_at)),
       count(*) FILTER (WHERE part.state = 'done'), count(*)
FROM jobs_job part WHERE part.parent_id = %s
"""


@dataclass(frozen=True, slots=True)
class Size:
    portfolios: int = 10_000
    instruments: int = 200
    holdings: int = 15  # of each portfolio
    transactions: int = 60


@dataclass(frozen=True, slots=True)
class Evening:
    """One session's pipeline, from the job that asks for prices to the last chart."""

    workers: int  # processes that do work
    portfolios: int
    done: int
    prices_seconds: float  # the parent's own work: quotes, bars, and asking for as many rebuilds
    seconds: float  # in all, as somebody waits for it
    per_second: float  # rebuilds, from the first that began to the last that ended
    p50_ms: float
    p95_ms: float
    busy: dict[str, float]  # processors kept busy on average: workers, postgres, redis

    def __str__(self) -> str:
        busy = ", ".join(f"{name} {share:.2f}" for name, share in self.busy.items())
        return (
            f"{self.workers:>3} {self.done:>7,}/{self.portfolios:,} {self.prices_seconds:>8.1f} {self.seconds:>8.1f} "
            f"{self.per_second:>9.1f} {self.p50_ms:>7.0f} {self.p95_ms:>7.0f}   {busy}"
        )


HEADER = "  w        done   prices s  all s  rebuilds/s  p50 ms  p95 ms   processors busy"


def fill(size: Size, first: date) -> None:
    """Instruments with the market's own closes up to the session before the first evening, and their holders."""
    shares = [priced(f"L{number:04d}", first - timedelta(days=1)) for number in range(size.instruments)]
    materialise(timezone.now().date())
    owner = User.objects.create(username="scale")
    chance = random.Random(1)
    for start in range(0, size.portfolios, BATCH):
        numbers = range(start, min(start + BATCH, size.portfolios))
        made = Portfolio.objects.bulk_create(
            Portfolio(owner=owner, name=f"Portfolio {number}", ledger_revision=1) for number in numbers
        )
        Transaction.objects.bulk_create(row for portfolio in made for row in purchases(portfolio, chance, shares, size))
    use_up()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def use_up() -> None:
    """Keys of what the timetable would ask for by itself, or it would do the evenings' work before they come."""
    days = [(timezone.now() + timedelta(days=ahead)).date() for ahead in range(-9, 2)]
    keys = [f"{what}:{day}" for day in days for what in ("reconcile", f"after_close:{CALENDAR}", f"warm:{CALENDAR}")]
    used = (Job(kind="jobs.prune", key=key, once=True, state=State.DONE) for key in keys)
    Job.objects.bulk_create(used, ignore_conflicts=True)
    Job.objects.filter(state=State.QUEUED).update(state=State.DONE)  # what the release asked for


def evenings(count: int) -> list[date]:
    """The last sessions before today, oldest first."""
    today = timezone.now().date()
    return session_days(CALENDAR, today - timedelta(days=20 + 2 * count), today - timedelta(days=1))[-count:]


def priced(symbol: str, last: date) -> Instrument:
    made = Instrument.objects.create(
        symbol=symbol,
        calendar=CALENDAR,
        currency="USD",
        timezone="America/New_York",
        status=Instrument.Status.ACTIVE,
        fetched_at=timezone.now(),
        checked_to=last,
        revision=1,
    )
    days, prices = closes(symbol, last - timedelta(days=BEFORE), last)
    merge(
        records(made.pk, [UpstreamBar(day, c, c, c, c, c, 1) for day, c in zip(days, map(float, prices), strict=True)])
    )
    return made


def purchases(
    portfolio: Portfolio, chance: random.Random, shares: Sequence[Instrument], size: Size
) -> Iterator[Transaction]:
    """Purchases over the years, and now and then a sale of a share."""
    own = chance.sample(shares, size.holdings)
    first = timezone.now().date() - timedelta(days=BEFORE - 30)
    for number in range(size.transactions):
        yield Transaction(
            portfolio=portfolio,
            date=first + timedelta(days=number * (BEFORE - 60) // size.transactions),
            kind="sell" if number >= size.holdings and chance.random() < 0.2 else "buy",  # noqa: PLR2004 — a fifth
            instrument=own[number % size.holdings],
            quantity=1 if number >= size.holdings else 100,
            price=100,
            currency="USD",
        )


def evening(stack: Stack, market: Market, session: date, workers: int) -> Evening:
    """Runs it with so many workers, one process of work each, started for it and ended with it."""
    closes_at = TradingSession.objects.get(calendar=CALENDAR, session=session).closes_at
    market.set_time(closes_at + timedelta(minutes=30))
    names = [f"worker-{number}" for number in range(1, workers + 1)]
    stack.start(*names)
    _until(lambda: len(read_signs().alive(timezone.now())) == workers, stack)
    _until(lambda: not Job.objects.under_way().exists(), stack)  # what a waking worker looks after
    pids = stack.pids()
    before = _busy(pids, names)
    began = time.monotonic()
    with transaction.atomic():
        parent = enqueue("stocktracker.after_close", calendar=CALENDAR, session=session.isoformat())
    _until(lambda: Job.objects.filter(pk=parent.pk, state__in=[State.DONE, State.FAILED]).exists(), stack)
    seconds = time.monotonic() - began
    busy = {name: (after - before[name]) / seconds for name, after in _busy(pids, names).items()}
    stack.stop(*names)
    return _told(parent, workers, seconds, busy)


def sizes() -> dict[str, float]:
    """Bytes on disk of one row, indexes included."""
    tables = {
        "transaction": Transaction, "bar": Bar, "holding": Holding, "snapshot": Snapshot, "chart": Chart, "job": Job,
    }  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for name, model in tables.items():
            table = model._meta.db_table  # noqa: SLF001 — Django's documented interface
            cursor.execute(f"VACUUM {table}")
            cursor.execute(f"SELECT pg_total_relation_size('{table}')::float / greatest(1, count(*)) FROM {table}")  # noqa: S608 — our own table
            found[name] = round(cursor.fetchone()[0], 1)
    return found


def _until(condition: Callable[[], bool], stack: Stack) -> None:
    while not condition():
        stack.wait(LOOK_EVERY)


def _busy(pids: dict[str, int], workers: list[str]) -> dict[str, float]:
    return {
        "workers": processor_seconds(pids[name] for name in workers),
        "postgres": processor_seconds([pids["postgres"]]),
        "redis": processor_seconds([pids["redis"]]),
    }


def _told(parent: Job, workers: int, seconds: float, busy: dict[str, float]) -> Evening:
    parent.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [parent.pk])
        lasted, p50, p95, done, asked = cursor.fetchone()
    first = parent.children.order_by("created_at").values_list("created_at", flat=True)[0]
    started = parent.started_at or first
    return Evening(
        workers=workers,
        portfolios=asked,
        done=done,
        prices_seconds=(first - started).total_seconds(),
        seconds=seconds,
        per_second=asked / float(lasted),
        p50_ms=1000 * p50,
        p95_ms=1000 * p95,
        busy=busy,
    )
