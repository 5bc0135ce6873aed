"""A market's life turned by hand, and an oracle of it that shares no arithmetic with the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import prod
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import override_settings

from portfolios.models import Holding, Portfolio, Transaction
from portfolios.pages.dashboard import dashboard
from pricing.models import Bar, Instrument, Quote, Split
from pricing.services.instruments import ensure_instruments
from pricing.services.sessions import materialise
from pricing.simulator.control import Market
from pricing.simulator.prices import closes
from pricing.simulator.server import MarketServer
from pricing.simulator.tape import tick
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.services import enqueue
from stocktracker.perf.week import Clock, by_hand
from stocktracker.timetable import plan

BOUGHT, QUANTITY = date(2025, 11, 3), 10
ROUNDING = 1e-6
TIMEOUT = 2.0  # seconds, of the client: hanging answers are waited for in real ones
YEARS = 2  # of history: enough, and quick


@dataclass(slots=True)
class Life:
    """The market and everybody's clock; jobs run here, one after the other."""

    clock: Clock
    market: Market
    splits: dict[str, list[tuple[date, float]]] = field(default_factory=dict)  # the truth: ex-date, ratio
    names: dict[str, str] = field(default_factory=dict)  # new symbol: the one whose prices it has
    right: set[tuple[str, int]] = field(default_factory=set)  # symbols and revisions whose bars were found right

    @property
    def now(self) -> datetime:
        return self.clock.now

    def at(self, moment: datetime) -> None:
        self.clock.now = moment
        self.market.set_time(moment)

    def after(self, **length: float) -> None:
        self.at(self.now + timedelta(**length))

    def hold(self, *symbols: str, base: str = "USD") -> Portfolio:
        """Ten of each, bought a year ago; histories, rates and quotes are fetched, and sessions known."""
        owner, _ = User.objects.get_or_create(username="storm")
        portfolio = Portfolio.objects.create(owner=owner, name=base, base_currency=base, ledger_revision=1)
        whose = {"portfolio": portfolio, "date": BOUGHT, "kind": "buy", "quantity": QUANTITY, "price": 100}
        for row in ensure_instruments(symbols).values():
            Transaction.objects.create(**whose, instrument=row, currency=base)
        self.work()
        materialise(self.now.date())
        self.ask("pricing.refresh_quotes", symbols=list(Instrument.objects.values_list("symbol", flat=True)))
        return portfolio

    def split(self, symbol: str, new: int, old: int, on: date) -> None:
        self.market.split(symbol, new, old, on=on)
        self.splits.setdefault(symbol, []).append((on, new / old))

    def ask(self, kind: str, **args: Any) -> Job:
        job = enqueue(kind, **args)
        self.work()
        job.refresh_from_db()
        return job

    def history(self, symbol: str) -> Job:
        return self.ask("stocktracker.backfill", symbol=symbol)

    def refused(self, symbol: str) -> str:
        """Why nothing was taken of a history that is fetched now; empty where it was."""
        result: dict[str, str] = self.history(symbol).result or {}
        return result["refused"]

    def quotes(self, *symbols: str) -> Job:
        return self.ask("pricing.refresh_quotes", symbols=list(symbols))

    def work(self) -> None:
        due = Job.objects.filter(state=State.QUEUED).order_by("priority", "pk")
        while job := due.filter(run_at__lte=self.now).first():
            kind_named(job.kind).task(job.pk)

    def live(self, until: datetime, minutes: int = 60) -> None:
        """By the timetable."""
        while self.now < until:
            plan(self.now)
            self.work()
            self.at(min(until, self.now + timedelta(minutes=minutes)))
        plan(self.now)
        self.work()


@contextmanager
def life(folder: Path, start: datetime) -> Iterator[Life]:
    with MarketServer(folder) as server:
        clock = Clock(start)
        quick = patch("pricing.services.backfill.YEARS", YEARS)
        with by_hand(clock, server), override_settings(UPSTREAM_TIMEOUT=TIMEOUT), quick:
            lived = Life(clock, Market(server.proxy, server.authority.bundle))
            lived.at(start)
            yield lived


# The oracle: an injected split scales everything the simulator's own functions say, so quantity × price never moves.


def paid(lived: Life, symbol: str, at: datetime) -> float:
    """For one of the shares there were before all injected splits."""
    seen = tick(lived.names.get(symbol, symbol), at)
    assert seen is not None
    return seen.price


def wrong_bars(lived: Life, symbol: str, since: date = date.min) -> list[str]:
    """Stored closes that are not the market's, on the scale of the splits that are stored."""
    origin = lived.names.get(symbol, symbol)
    truth = dict(zip(*closes(origin, date(2020, 1, 1), lived.now.date()), strict=True))
    stored = set(Split.objects.filter(instrument__symbol=symbol).values_list("ex_date", flat=True))
    bars = Bar.objects.filter(instrument__symbol=symbol, session__gte=since)
    wrong = []
    for session, close in bars.values_list("session", "close"):
        by = prod(ratio for day, ratio in lived.splits.get(origin, ()) if day in stored or day <= session)
        if session not in truth or abs(close * by / truth[session] - 1) > ROUNDING:
            wrong.append(f"{symbol} {session}: {close:g}, true {truth.get(session, 0) / by:g}")
    return wrong


def wrong_quotes(lived: Life) -> list[str]:
    """Prices that the market never showed, on the scale they were shown in or on that of a split since then."""
    wrong = []
    for symbol, price, at in Quote.objects.values_list("instrument__symbol", "price", "at"):
        splits = lived.splits.get(lived.names.get(symbol, symbol), ())
        stored = set(Split.objects.filter(instrument__symbol=symbol).values_list("ex_date", flat=True))
        by = prod(ratio for day, ratio in splits if day <= at.date() or day in stored)
        if abs(float(price) * by / paid(lived, symbol, at) - 1) > ROUNDING:
            wrong.append(f"quote of {symbol} made {at:%d %H:%M}: {price:f}, true {paid(lived, symbol, at) / by:g}")
    return wrong


def wrong_pages(lived: Life, *portfolios: Portfolio) -> list[str]:
    """Holdings whose quantity × price is not what the market paid for them when the price was made."""
    wrong = []
    for portfolio in portfolios:
        shown = dashboard(portfolio, lived.now)
        for row in shown.rows:
            value = row.valued
            if value.price is None or value.at is None:
                continue
            true = QUANTITY * paid(lived, value.instrument.symbol, value.at)
            ratio = float(value.holding.quantity * value.price) / true
            if abs(ratio - 1) > ROUNDING:
                wrong.append(f"{value.instrument} {value.at:%d %H:%M}: shown at {ratio:.4f} of the truth")
    return wrong


def wrong(lived: Life, *portfolios: Portfolio) -> list[str]:
    """All of it; bars are looked at again only where they were written."""
    rows = Instrument.objects.values_list("symbol", "revision")
    bars = [one for row in rows if row not in lived.right for one in wrong_bars(lived, row[0])]
    lived.right |= set() if bars else set(rows)
    return [*bars, *wrong_quotes(lived), *wrong_pages(lived, *portfolios)]


def held(portfolio: Portfolio, symbol: str) -> float:
    return float(Holding.objects.get(portfolio=portfolio, instrument__symbol=symbol).quantity)


def noon(day: int, hour: int = 15, minute: int = 0) -> datetime:
    """Of October 2026, UTC; at 15 New York trades, at 21 it has closed."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)
