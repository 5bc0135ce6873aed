"""What tests of backtests are given: instruments with years of prices, requests, results that were computed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.db.models import F

from charts.models import Backtest
from charts.services.asking import ask
from charts.tasks import backtest
from pricing.market.bars import RECORD, day_number
from pricing.models import Instrument
from pricing.packed import merge
from stocktracker.jobs.models import Job
from tests.portfolios.given import NOW, listed, ran

FIRST = date(2019, 1, 1)  # a Tuesday
SESSIONS = 1_400  # to the middle of May 2024


def walk(symbol: str, seed: int = 1, sessions: int = SESSIONS, first: date = FIRST, **fields: object) -> Instrument:
    """An instrument with so many weekdays of prices that wander about; its dividends are in the adjusted closes."""
    row = listed(symbol, **fields)  # type: ignore[arg-type]  # fields of the model
    days = [first + timedelta(days=number) for number in range(2 * sessions)]
    weekdays = [day for day in days if day.weekday() < 5][:sessions]
    random = np.random.default_rng(seed)
    closes = 100 * np.exp(np.cumsum(random.normal(0.0004, 0.01, len(weekdays))))
    opens = closes * np.exp(random.normal(0, 0.003, len(weekdays)))
    factors = np.linspace(0.9, 1.0, len(weekdays))
    rows = [
        (row.pk, day_number(day), opened, max(opened, close), min(opened, close), close, close * factor, 1)
        for day, opened, close, factor in zip(weekdays, opens, closes, factors, strict=True)
    ]
    merge(np.array(rows, dtype=RECORD))
    Instrument.objects.filter(pk=row.pk).update(revision=F("revision") + 1)
    row.refresh_from_db()
    return row


def hold(*symbols: str, **more: Any) -> dict[str, Any]:
    """A request to hold these in equal parts, compared with nothing."""
    parts = {symbol: 1 / len(symbols) for symbol in symbols}
    return {"strategy": {"kind": "hold", "weights": parts}, "benchmark": "", **more}


def crossover(symbol: str, fast: int = 20, slow: int = 50, **more: Any) -> dict[str, Any]:
    return {"strategy": {"kind": "crossover", "symbol": symbol, "fast": fast, "slow": slow}, "benchmark": "", **more}


def worked(row: Backtest) -> Backtest:
    """The row after a worker had the message of its job."""
    ran(Job.objects.get(kind="charts.backtest", args={"backtest": row.pk}), backtest)
    row.refresh_from_db()
    return row


def computed(user: User, data: dict[str, Any]) -> Backtest:
    """Asked for and computed."""
    row = ask(data, user, NOW)
    return worked(row) if row.is_waiting else row
