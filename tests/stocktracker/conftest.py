"""Jobs that run in the test's own process, and an exchange's real sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from portfolios.models import Holding
from pricing import gateway
from pricing.market.calendar import sessions
from pricing.models import Instrument, TradingSession
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from tests.stocktracker.given import EVENING

Begin = Callable[..., Run]
Open = Callable[..., None]


@pytest.fixture
def begin(db: None) -> Begin:
    """`begin(kind, attempts=1)` is a run as a worker has it that has just claimed its job."""

    def begin(kind: str = "stocktracker.rebuild", attempts: int = 1, **fields: object) -> Run:
        row = Job.objects.create(kind=kind, queue="charts", state=State.RUNNING, attempts=attempts, **fields)
        return Run(row)

    return begin


@pytest.fixture
def exchange(db: None) -> Open:
    """`exchange(calendar, first day, last day)` stores its real sessions."""

    def store(calendar: str, start: date = date(2026, 11, 1), end: date = date(2026, 12, 4)) -> None:
        TradingSession.objects.bulk_create(
            TradingSession(calendar=calendar, session=s.day, opens_at=s.opens_at, closes_at=s.closes_at)
            for s in sessions(calendar, start, end)
        )

    return store


@pytest.fixture
def friday(market: Market) -> Market:
    """The market on Friday evening; cookie and crumb are there, nothing is in the log."""
    market.set_time(EVENING)
    list(gateway.quotes(["AAPL"]))
    market.reset_log()
    return market


@pytest.fixture
def new_york_stock(apple: Instrument, exchange: Open, held: Callable[..., Holding]) -> Instrument:
    """Somebody holds it."""
    exchange("XNYS")
    held(apple)
    return apple
