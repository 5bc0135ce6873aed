"""Row 4: the daily history of a large portfolio from the steps of its ledger, against pandas and against einsum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolios.accounting.entries import TRADES, Kind
from portfolios.accounting.ledger import Ledger
from portfolios.accounting.replay import everywhere, replay
from portfolios.performance.arrays import Movements, history_of, movements_of
from portfolios.performance.book import Book
from portfolios.performance.history import COST, FLOW, QUANTITY, Daily, History, Steps

from .scenario import LAST_DAY, Size, book
from .timing import Aim, Measurement, Peer

SIZE = Size(200, 5_000, 20)


@dataclass(frozen=True)
class Given:
    """What all contestants start from: aligned prices, and the ledger's steps."""

    book: Book
    ledger: Ledger
    movements: Movements
    history: History
    trades: list[tuple[int, float, float]]  # (instrument, + bought − sold, cost)

    @classmethod
    def of(cls, size: Size) -> Given:
        made = book(size)
        ledger = replay(made.entries, made.splits, made.rules, LAST_DAY, made)
        movements = movements_of(made, ledger)
        trades = [
            (entry.instrument or 0, float(entry.quantity) * (1 if entry.kind is Kind.BUY else -1), float(entry.cost))
            for entry in made.entries
            if entry.kind in TRADES
        ]
        return cls(made, ledger, movements, history_of(made, movements, LAST_DAY), trades)


def engine(given: Given) -> Daily:
    """Value, invested, flows, income and time-weighted index of every day."""
    old = given.history
    fresh = History(old.places, old.axis, old.is_session, old.worth, old.rates, old.currencies, old.steps)
    daily = fresh.of(everywhere)
    _ = daily.course, daily.invested, daily.income, daily.index
    return daily


def with_pandas(given: Given) -> pd.DataFrame:
    """From the transactions, as one would write it: a lot queue per holding, then the tables of pandas_from_steps."""
    for row in range(1, len(given.book.listed) + 1):
        _fifo_cost([entry for entry in given.trades if entry[0] == row])
    return pandas_from_steps(given)


def _fifo_cost(trades: list[tuple[int, float, float]]) -> list[float]:
    """Cost of what is held after each (instrument, quantity, cost)."""
    lots: list[list[float]] = []
    costs = []
    for _, quantity, cost in trades:
        if quantity > 0:
            lots.append([quantity, cost])
        left = -quantity
        while left > 0 and lots:
            taken = min(left, lots[0][0])
            lots[0] = [lots[0][0] - taken, lots[0][1] * (1 - taken / lots[0][0])]
            left -= taken
            if not lots[0][0]:
                lots.pop(0)
        costs.append(sum(cost for _, cost in lots))
    return costs


def pandas_from_steps(given: Given) -> pd.DataFrame:
    """From the same steps as ours: last state of each day, filled forward, times prices."""
    steps: Steps = given.history.steps
    frame = pd.DataFrame(
        {
            "place": steps.row,
            "day": steps.day,
            "quantity": steps.state[:, QUANTITY],
            "cost": steps.state[:, COST],
            "flow": steps.moved[:, FLOW],
            "income": steps.moved[:, 1],
        }
    )
    days = pd.RangeIndex(len(given.history.axis))
    held = _filled(frame, "quantity", days)
    prices = pd.DataFrame(given.history.worth.T)[held.columns]
    value = (held * prices).sum(axis=1)
    inflow = frame.flow.clip(lower=0).groupby(frame.day).sum().reindex(days, fill_value=0.0)
    outflow = (-frame.flow).clip(lower=0).groupby(frame.day).sum().reindex(days, fill_value=0.0)
    begin = value.shift(fill_value=0.0) + inflow
    growth = ((value + outflow) / begin.where(begin > 0)).fillna(1.0)
    return pd.DataFrame(
        {
            "value": value,
            "invested": _filled(frame, "cost", days).sum(axis=1),
            "income": frame.income.groupby(frame.day).sum().reindex(days, fill_value=0.0),
            "index": growth.cumprod(),
        }
    )


def _filled(frame: pd.DataFrame, column: str, days: pd.Index) -> pd.DataFrame:
    last = frame.groupby(["day", "place"])[column].last().unstack("place")
    return last.reindex(days).ffill().fillna(0.0)


def measurement(size: Size = SIZE) -> Measurement:
    given = Given.of(size)
    quantity, worth = given.history.quantity, given.history.worth
    return Measurement(
        row="4",
        name=f"engine, {size}",
        work=lambda: engine(given),
        aim=Aim({"pandas": 90.0}, limit=4.0),
        peers={
            "pandas": Peer(lambda: with_pandas(given)),
            "pandas from the same steps": Peer(lambda: pandas_from_steps(given)),
        },
        limit=lambda: np.einsum("rd,rd->d", quantity, worth),
        turns=9,
    )
