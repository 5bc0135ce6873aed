"""The same tests in our engine and in bt (github.com/pmorissette/bt), if somebody has installed it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .engine import simulate
from .market import Listed, market
from .rules import Allocation, Costs, Crossover, Every, Fill, Hold, Request, Strategy

INSTALL = (
    "bt is not installed. «pip install --target DIR bt 'pandas<3'» (it cannot live with pandas 3), then run this with "
    "PYTHONPATH=DIR: it is no part of this program."
)
SEED, SESSIONS, FIRST_DAY = 20260105, 2_520, 16_440  # ten years from Monday, 5 January 2015
CASH, RATE = 1_000_000.0, 0.001
FAST, SLOW = 50, 200
WEEK, FRIDAY = 7, 5


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    difference: float  # the largest of the whole curve, relative to bt's
    end_value: float


def is_installed() -> bool:
    return importlib.util.find_spec("bt") is not None


def crosscheck() -> list[Check]:
    """Closes of three instruments, decided and filled at the same close as bt does. Needs bt."""
    listed = synthetic(("A", "B", "C"))
    weights = {"A": 0.5, "B": 0.3, "C": 0.2}
    bt: Any = importlib.import_module("bt")
    once, monthly = bt.algos.RunOnce(), bt.algos.RunMonthly(run_on_first_date=True)
    by_weights = [bt.algos.SelectAll(), bt.algos.WeighSpecified(**weights), bt.algos.Rebalance()]
    crossing = _crossing(listed["A"])
    in_and_out = [bt.algos.WeighTarget(crossing), bt.algos.Rebalance()]
    only_a = {"A": listed["A"]}
    alone = Crossover("A", fast=FAST, slow=SLOW)
    return [
        _check("buy and hold", Hold(weights), listed, [once, *by_weights], 0.0),
        _check("monthly rebalancing", Allocation(weights, Every.MONTH), listed, [monthly, *by_weights], 0.0),
        _check(
            "monthly rebalancing, 0.1 % an order",
            Allocation(weights, Every.MONTH),
            listed,
            [monthly, *by_weights],
            RATE,
        ),
        _check("moving averages", alone, only_a, in_and_out, 0.0),
        _check("moving averages, 0.1 % an order", alone, only_a, in_and_out, RATE),
    ]


def synthetic(symbols: tuple[str, ...]) -> dict[str, Listed]:
    """Random walks on weekdays, the same each time."""
    random = np.random.default_rng(SEED)
    days = np.arange(FIRST_DAY, FIRST_DAY + SESSIONS * WEEK // FRIDAY, dtype=np.int32)
    days = days[(days + 3) % WEEK < FRIDAY]
    found = {}
    for symbol in symbols:
        closes = 100 * np.exp(np.cumsum(random.normal(0.0003, 0.012, len(days))))
        found[symbol] = Listed(symbol, days, closes, closes)
    return found


def _check(name: str, strategy: Strategy, listed: Mapping[str, Listed], algos: list[Any], rate: float) -> Check:
    request = Request(strategy, cash=CASH, fill=Fill.CLOSE, costs=Costs(rate=rate))
    own = simulate(request, market(list(listed.values()), None, None)).equity
    theirs = _with_bt(name, listed, algos, rate)
    return Check(name, float(np.max(np.abs(own / theirs - 1))), float(own[-1]))


def _frame(listed: Mapping[str, Listed]) -> Any:
    pandas: Any = importlib.import_module("pandas")
    days = next(iter(listed.values())).days.astype("datetime64[D]")
    return pandas.DataFrame({symbol: one.closes for symbol, one in listed.items()}, index=pandas.DatetimeIndex(days))


def _crossing(one: Listed) -> Any:
    """Averages by pandas, for bt: 1 while the fast one is above; dates on which that changes."""
    closes = _frame({one.symbol: one})
    inside = (closes.rolling(FAST).mean() > closes.rolling(SLOW).mean()).astype(float)
    return inside[inside.diff().fillna(inside).ne(0.0).any(axis=1)]


def _with_bt(name: str, listed: Mapping[str, Listed], algos: list[Any], rate: float) -> np.ndarray:
    bt: Any = importlib.import_module("bt")
    test = bt.Backtest(
        bt.Strategy(name, algos),
        _frame(listed),
        initial_capital=CASH,
        commissions=lambda quantity, price: abs(quantity) * price * rate,
        integer_positions=False,
        progress_bar=False,
    )
    test.run()
    values: np.ndarray = test.strategy.values.to_numpy()[1:]  # bt puts a day before the first
    return values
