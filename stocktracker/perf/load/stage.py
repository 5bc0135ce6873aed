"""Servers, web, workers, beat and a market of our own, with the demo and a large portfolio that have their figures."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Portfolio, Snapshot, Transaction
from portfolios.services.demo import load_demo
from portfolios.services.rebuilds import request_rebuild
from pricing.models import TradingSession
from pricing.services.sessions import materialise
from pricing.simulator.control import Market
from pricing.simulator.server import MarketServer
from stocktracker.chaos.stack import SERVERS, Stack
from stocktracker.embedded.folder import Folder
from stocktracker.embedded.stopping import StopWish
from stocktracker.jobs.heartbeats import read_signs
from stocktracker.jobs.models import Job
from stocktracker.perf import scale
from stocktracker.perf.pages import signed_in, wait_for
from stocktracker.timetable import plan as due

from .plan import Plan
from .readers import TOKEN
from .trading import open_exchanges, trade

PROCESSES = ("worker-1", "beat", "web")
QUIET_WITHIN = 240.0  # seconds until everything has its prices and figures
WEB, CONCURRENCY = "2", "3"  # as the product starts by itself


class StageError(Exception):
    """What did not come, as a sentence."""


@dataclass(frozen=True, slots=True)
class Stage:
    stack: Stack
    market: Market
    portfolios: list[Portfolio]

    def quiet(self, what: str) -> None:
        """Waits until no job is under way. Raises StageError."""
        if not self.stack.until(lambda: not Job.objects.under_way().exists(), QUIET_WITHIN):
            kinds = ", ".join(sorted(set(Job.objects.under_way().values_list("kind", flat=True))))
            raise StageError(f"{what}: not within {QUIET_WITHIN:g} s, {kinds} still under way.")

    def readers(self, count: int) -> list[tuple[str, int]]:
        """Cookie and portfolio of so many, each with a session of its own."""
        looked_at = [self.portfolios[number % len(self.portfolios)] for number in range(count)]
        return [(f"{signed_in(portfolio)}; csrftoken={TOKEN}", portfolio.pk) for portfolio in looked_at]


@contextmanager
def prepared(folder: Folder, plan: Plan) -> Iterator[Stage]:
    """With the demo and a large portfolio that have their figures; everything ends with the block."""
    with started(folder) as (stack, market):
        yield _filled(stack, market, plan)


@contextmanager
def started(folder: Folder) -> Iterator[tuple[Stack, Market]]:
    """Servers with an empty database, and a market; everything ends with the block, and the folder goes."""
    with MarketServer(Path(folder.path)) as server:
        market = Market(server.proxy, server.authority.bundle)
        own = {
            "YAHOO_PROXY": market.proxy,
            "YAHOO_CA_BUNDLE": market.ca_bundle,
            "WEB_CONCURRENCY": WEB,
            "WORKER_CONCURRENCY": CONCURRENCY,
        }
        wish = StopWish.from_signals()
        stack = Stack(folder, settings.BASE_DIR, {**os.environ, **own}, workers=1, plain=False, wish=wish)
        try:
            stack.start(*SERVERS)
            stack.release()
            yield stack, market
        finally:
            stack.close()
            shutil.rmtree(folder.path, ignore_errors=True)
            folder.leave()


def _filled(stack: Stack, market: Market, plan: Plan) -> Stage:
    now = timezone.now()
    market.set_time(_in_a_session(now))
    scale.use_up()
    demo = load_demo(now.date())
    if demo is None:
        raise StageError("The database of the load test is not empty.")
    stage = Stage(stack, market, [demo, large(plan.large)])
    stack.start(*PROCESSES)
    wait_for(stack.address.port)
    stack.until(lambda: read_signs().alive(timezone.now()), QUIET_WITHIN)
    stage.quiet("First prices and figures")
    for _ in range(2):  # sessions of the demo's exchanges first, and what follows from their closes
        due(timezone.now())
        stage.quiet("What the timetable asks for on a first day")
    open_exchanges(timezone.now())  # after the job that lists real sessions, and deletes others
    trade(market)
    stage.quiet("First quotes")
    if Snapshot.objects.count() < len(stage.portfolios):
        raise StageError("A portfolio has no figures; the worker's log said why.")
    return stage


def _in_a_session(now: datetime) -> datetime:
    """An hour after New York opened on its last day before today."""
    materialise(now.date())
    session = scale.evenings(1)[0]
    return TradingSession.objects.get(calendar=scale.CALENDAR, session=session).opens_at + timedelta(hours=1)


def large(holdings: int) -> Portfolio:
    """Ten transactions for each holding, with the market's own prices, and a rebuild asked for."""
    owner = User.objects.create(username="large")
    before = scale.evenings(1)[0] - timedelta(days=1)
    shares = [scale.priced(f"L{number:04d}", before) for number in range(holdings)]
    portfolio = Portfolio.objects.create(owner=owner, name="Large", ledger_revision=1)
    size = scale.Size(1, holdings, holdings, 10 * holdings)
    Transaction.objects.bulk_create(scale.purchases(portfolio, random.Random(1), shares, size))
    request_rebuild(portfolio)
    return portfolio
