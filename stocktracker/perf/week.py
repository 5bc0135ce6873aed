"""A week of the market, minute by simulated minute: what a deployment asks for, finds, stores, and gets right.

Plan, jobs, gateway, client and database are the product's own; only the clock is turned by hand, and jobs run here
instead of in a worker.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import override_settings
from django.utils import timezone

from portfolios.models import Holding, Portfolio, Transaction
from portfolios.pages.dashboard import dashboard
from portfolios.viewed import looked_at
from pricing import counters, gateway
from pricing.market.calendar import session_days
from pricing.models import Bar, Dividend, Instrument, Split
from pricing.services.instruments import ensure_instruments
from pricing.services.sessions import materialise
from pricing.simulator.control import Market
from pricing.simulator.instruments import find, named
from pricing.simulator.prices import closes, dividends
from pricing.simulator.server import MarketServer
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.metrics.reading import total
from stocktracker.timetable import plan

from .lived import Day, Week

MONDAY = date(2026, 11, 9)  # before today: the database's own clock decides whether a job may run
SPLIT_SYMBOL, SPLIT_RATIO = "AAPL", 2
QUIET_STEP = timedelta(minutes=30)  # while no exchange trades
STEP = timedelta(minutes=5)
PORTFOLIOS, HOLDINGS = 12, 40
ROUNDING = 1e-6


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now


def nobody_is_told(_jobs: Iterable[Job]) -> list[int]:
    return []


@contextmanager
def by_hand(clock: Clock, market: MarketServer) -> Iterator[None]:
    """Everybody's time is the clock's; prices come from this market at the pace of life; no worker is told of jobs."""
    settings = {
        "MARKET": f"perf {os.getpid()}",  # a handshake of its own
        "YAHOO_PROXY": market.proxy,
        "YAHOO_CA_BUNDLE": str(market.authority.bundle),
        "UPSTREAM_PER_SECOND": 1000.0,  # a turn is waited for in real seconds, and those are few
        "UPSTREAM_BURST": 1000,
        "UPSTREAM_PER_HOUR": 300,
        "UPSTREAM_PER_DAY": 2000,
    }
    told = patch("stocktracker.jobs.sending.publish", nobody_is_told)
    gateway._client.cache_clear()  # noqa: SLF001 - another market
    try:
        with override_settings(**settings), patch.object(timezone, "now", lambda: clock.now), told:
            yield
    finally:
        gateway._client.cache_clear()  # noqa: SLF001 - not this one any more


def symbols(count: int) -> list[str]:
    """American shares and funds: the best known ones, and invented ones; one with a split to come is among them."""
    known = [one.symbol for one in named() if one.exchange in ("NMS", "NYQ", "PCX")]
    return sorted([*known, *(f"W{number:03d}" for number in range(count))][:count])


def week(count: int = 200, days: int = 7, step: timedelta = STEP) -> Week:
    with tempfile.TemporaryDirectory() as folder, MarketServer(Path(folder)) as market:
        clock = Clock(datetime.combine(MONDAY - timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=12))
        with by_hand(clock, market):
            return _lived(clock, Market(market.proxy, market.authority.bundle), count, days, step)


def _lived(clock: Clock, market: Market, count: int, days: int, step: timedelta) -> Week:
    market.set_time(clock.now)
    portfolios = _invested(symbols(count))
    materialise(clock.now.date())
    _work_until(clock, market, clock.now + timedelta(hours=6), portfolios, step)
    first = market.summary()
    wednesday = MONDAY + timedelta(days=2)
    market.split(SPLIT_SYMBOL, SPLIT_RATIO, 1, on=wednesday)
    lived = []
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        market.reset_log()
        counters.flush()
        before = counted()
        _work_until(clock, market, datetime.combine(day, datetime.max.time(), UTC), portfolios, step)
        counters.flush()
        lived.append(_day(day, market.summary(), before, counted()))
    refused = sum(int(record["status"]) == 429 for record in market.requests())  # noqa: PLR2004 - too many requests
    return Week(
        symbols=count,
        first=first,
        days=lived,
        refused=refused,
        missing=_missing(days),
        wrong=_wrong(days),
        dividends=_dividends(days),
        split=days < 3 or _split_is_done(),  # noqa: PLR2004 - Monday, Tuesday, and the day of the split
    )


def _invested(wanted: list[str]) -> list[Portfolio]:
    """Everything is held by somebody; most people hold what others hold too."""
    owner, _ = User.objects.get_or_create(username="week")
    chance, shares = random.Random(1), list(ensure_instruments(wanted).values())
    made = []
    for number in range(PORTFOLIOS):
        own = chance.sample(shares, min(HOLDINGS, len(shares)))
        own += [row for index, row in enumerate(shares) if index % PORTFOLIOS == number and row not in own]
        made.append(_portfolio(owner, f"Week {number}", own))
    return made


def _portfolio(owner: User, name: str, shares: list[Instrument]) -> Portfolio:
    portfolio = Portfolio.objects.create(owner=owner, name=name, ledger_revision=1)
    Transaction.objects.bulk_create(
        Transaction(
            portfolio=portfolio,
            date=date(2024, 1, 3),
            kind="buy",
            instrument=row,
            quantity=10,
            price=100,
            currency="USD",
        )
        for row in shares
    )
    return portfolio


def _work_until(clock: Clock, market: Market, end: datetime, portfolios: list[Portfolio], step: timedelta) -> None:
    """Plans, works off what is due, and opens the dashboard, step by step."""
    chance = random.Random(1)
    while clock.now < end:
        market.set_time(clock.now)
        plan(clock.now)
        _work_off(clock)
        portfolio = chance.choice(portfolios)
        looked_at(portfolio.pk, clock.now)
        moment = clock.now + timedelta(seconds=chance.randrange(0, 240))
        dashboard(portfolio, moment)
        clock.now += step if _trades(clock.now) else QUIET_STEP


def _trades(now: datetime) -> bool:
    opens, closes_at = now.replace(hour=13, minute=30), now.replace(hour=22, minute=0)  # New York's, at either clock
    return now.weekday() < 5 and opens <= now < closes_at  # noqa: PLR2004 - Saturday


def _work_off(clock: Clock) -> None:
    """The most urgent first, until nothing is due."""
    due = Job.objects.filter(state=State.QUEUED).order_by("priority", "pk")
    while job := due.filter(run_at__lte=clock.now).first():
        kind_named(job.kind).task(job.pk)


def counted() -> counters.Layers:
    """So far: what is counted goes by the real clock, so a day here is a difference."""
    return counters.layers_of(total())


def _day(day: date, sent: dict[str, int], before: counters.Layers, after: counters.Layers) -> Day:
    found = counters.Layers(*(getattr(after, name) - getattr(before, name) for name in counters.NAMES))
    return Day(day, dict(sorted(sent.items())), found.memory_rate, found.database_rate, found.hit_rate)


def _sessions(days: int) -> list[date]:
    return session_days("XNYS", MONDAY, MONDAY + timedelta(days=days - 1))


def _missing(days: int) -> int:
    expected = len(_sessions(days)) * Instrument.objects.count()
    return expected - Bar.objects.filter(session__in=_sessions(days)).count()


def _wrong(days: int) -> int:
    """Against what the market's own books say, split included."""
    stored = Counter[str]()
    split_day = MONDAY + timedelta(days=2)
    for symbol in Instrument.objects.values_list("symbol", flat=True):
        split = symbol == SPLIT_SYMBOL and split_day < MONDAY + timedelta(days=days)
        truth = dict(zip(*closes(symbol, date(2020, 1, 2), _sessions(days)[-1]), strict=True))
        bars = Bar.objects.filter(instrument__symbol=symbol, session__gte=date(2020, 1, 2))
        for session, close in bars.values_list("session", "close"):
            expected = truth[session] / (SPLIT_RATIO if split else 1)
            stored["wrong"] += abs(close / expected - 1) > ROUNDING
    return stored["wrong"]


def _dividends(days: int) -> tuple[int, int]:
    """Those with an ex-date from Monday to Thursday: the next morning knows them."""
    last = min(MONDAY + timedelta(days=3), MONDAY + timedelta(days=days - 2))
    paid = [
        (symbol, day)
        for symbol in Instrument.objects.values_list("symbol", flat=True)
        if find(symbol)
        for day in dividends(symbol)
        if MONDAY <= day <= last
    ]
    stored = set(Dividend.objects.filter(ex_date__gte=MONDAY).values_list("instrument__symbol", "ex_date"))
    return sum(one in stored for one in paid), len(paid)


def _split_is_done() -> bool:
    facts = Split.objects.filter(instrument__symbol=SPLIT_SYMBOL, ex_date__gte=MONDAY).exists()
    held = Holding.objects.filter(instrument__symbol=SPLIT_SYMBOL).values_list("quantity", flat=True)
    return facts and set(held) == {10 * SPLIT_RATIO}
