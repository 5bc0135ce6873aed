"""Row b: backtests on made-up prices, against data frames and a loop over days; and a result as it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
from isal import igzip

from charts.backtests.engine import simulate
from charts.backtests.grid import parameter_map
from charts.backtests.market import Listed, Market, market
from charts.backtests.rules import Allocation, Costs, Crossover, Every, Request
from charts.series.encode import Series, encode
from charts.services.drawing import CENTS, GZIP_LEVEL

from .scenario import Size, closes, sessions
from .timing import Aim, Measurement, Peer

YEARS, MANY = 10, 20
SHORT, LONG = 50, 200  # sessions of the two averages
FAST, SLOW = range(5, 135, 5), range(20, 320, 10)  # 26 × 30 settings
SAMPLED = 20  # settings of the map a data frame is asked for
COSTS = Costs(rate=0.001)
CURVES = ("value", "paid_in", "index")
FRAME, LOOP, MONTHS = "pandas, vectorised", "a loop over days", "pandas, month by month"
WALK = "iterrows and json"


def measurements(years: int = YEARS, many: int = MANY) -> Iterator[Measurement]:
    one, several = made_up(1, years), made_up(many, years)
    yield from (_crossover(one), _rebalanced(several), _grid(one), _kept(one))


def made_up(count: int, years: int) -> Market:
    """So many instruments that open where they closed."""
    days = np.array([(day - sessions(years)[0]).days for day in sessions(years)], dtype=np.int32) + 15_000
    rows = closes(Size(count, 0, years), seed=11)
    own = [Listed(f"S{number:02d}", days, np.concatenate([row[:1], row[:-1]]), row) for number, row in enumerate(rows)]
    return market(own, None, None)


def _crossover(tested: Market) -> Measurement:
    request = Request(Crossover("S00", fast=SHORT, slow=LONG), costs=COSTS, benchmark="")
    price = tested.closes[:, 0]

    def fresh() -> None:
        tested.memory.clear()

    return Measurement(
        row="b",
        name="crossover of averages, 10 years",
        work=lambda: simulate(request, tested),
        aim=Aim({FRAME: 1.5, LOOP: 4.0}, limit=6.0, milliseconds=2.0),
        peers={
            FRAME: Peer(lambda: frame_crossover(price, SHORT, LONG)),
            LOOP: Peer(lambda: loop_crossover(price), turns=3),
        },
        limit=lambda: floor(price),
        before=fresh,
        turns=20,
    )


def frame_crossover(price: np.ndarray, fast: int, slow: int) -> pd.Series:
    """Growth at 0.1 % a change, decided at a close and held from the next one on: as notebooks have it."""
    closes_ = pd.Series(price)
    inside = (closes_.rolling(fast).mean() > closes_.rolling(slow).mean()).astype(float).shift(1).fillna(0.0)
    return (1 + closes_.pct_change().fillna(0.0) * inside - inside.diff().abs().fillna(0.0) * COSTS.rate).cumprod()


def loop_crossover(price: np.ndarray) -> list[float]:
    """Bar by bar, as event-driven engines do it, and without anything else they do."""
    values, cash, held, equity = price.tolist(), 10_000.0, 0.0, []
    for at, close in enumerate(values):
        if at > LONG:
            inside = sum(values[at - SHORT : at]) / SHORT > sum(values[at - LONG : at]) / LONG
            if inside and not held:
                held, cash = cash / (close * (1 + COSTS.rate)), 0.0
            elif held and not inside:
                held, cash = 0.0, held * close * (1 - COSTS.rate)
        equity.append(cash + held * close)
    return equity


def floor(price: np.ndarray) -> np.ndarray:
    """The arithmetic nobody can do without: two running averages, a comparison, a product."""
    sums = np.cumsum(price)
    fast, slow = (sums[SHORT:] - sums[:-SHORT]) / SHORT, (sums[LONG:] - sums[:-LONG]) / LONG
    inside = fast[-len(slow) :] > slow
    grown: np.ndarray = np.cumprod(1 + np.diff(price[-len(inside) :], prepend=price[-len(inside)]) / price[-1] * inside)
    return grown


def _rebalanced(tested: Market) -> Measurement:
    weights = {symbol: 1 / len(tested.symbols) for symbol in tested.symbols}
    request = Request(Allocation(weights, Every.MONTH), costs=COSTS, benchmark="")
    return Measurement(
        row="b",
        name=f"{len(weights)} instruments rebalanced monthly, 10 years",
        work=lambda: simulate(request, tested),
        aim=Aim({MONTHS: 2.0}, milliseconds=20.0),
        peers={MONTHS: Peer(lambda: frame_rebalanced(tested), turns=5)},
        limit=lambda: tested.closes @ np.full(len(weights), 1.0),
        turns=10,
    )


def frame_rebalanced(tested: Market) -> np.ndarray:
    """Month by month from equal parts; fees are guessed from the turnover, not solved for, and nothing is recorded."""
    returns = pd.DataFrame(tested.closes).pct_change().fillna(0.0)
    months = np.array([day.year * 12 + day.month for day in tested.days])
    value, parts = 10_000.0, []
    for _, month in returns.groupby(months):
        courses = (1 + month).cumprod()
        grown, drift = (courses.mean(axis=1) * value).to_numpy(), courses.iloc[-1]
        value = float(grown[-1]) * (1 - COSTS.rate * float((drift / drift.mean() - 1).abs().mean()))
        parts.append(grown)
    return np.concatenate(parts)


def _grid(tested: Market) -> Measurement:
    request = Request(Crossover("S00"), costs=COSTS, benchmark="")
    over = {"fast": [float(days) for days in FAST], "slow": [float(days) for days in SLOW]}
    settings = [(fast, slow) for fast, slow in product(FAST, SLOW) if fast < slow]
    price, chosen = tested.closes[:, 0], settings[:: len(settings) // SAMPLED][:SAMPLED]
    return Measurement(
        row="b",
        name=f"map of {len(FAST) * len(SLOW)} settings, 10 years",
        work=lambda: parameter_map(request, tested, over),
        aim=Aim({FRAME: 1.5}, milliseconds=1_000.0),
        peers={FRAME: Peer(lambda: [_with_figures(price, *one) for one in chosen], share=SAMPLED / len(settings))},
        limit=lambda: [floor(price) for _ in settings],
        before=tested.memory.clear,
        turns=3,
        note=lambda: f"{len(settings)} of them make sense",
    )


def _with_figures(price: np.ndarray, fast: int, slow: int) -> tuple[float, float, float]:
    """A cell of the map: return, drawdown, Sharpe."""
    grown = frame_crossover(price, fast, slow)
    daily = grown.pct_change().dropna()
    return float(grown.iloc[-1]), float((grown / grown.cummax() - 1).min()), float(daily.mean() / daily.std())


def _kept(tested: Market) -> Measurement:
    """What «serialise» is: curves encoded and packed, and an object a day as data frames are often sent."""
    request = Request(Crossover("S00"), costs=COSTS, benchmark="")
    equity = simulate(request, tested).equity
    series = {name: Series(equity, CENTS) for name in CURVES}

    def ours() -> bytes:
        return igzip.compress(encode(tested.axis, series), GZIP_LEVEL, mtime=0)

    def walked() -> bytes:
        frame = pd.DataFrame(dict.fromkeys(CURVES, equity), index=tested.axis)
        return json.dumps([{"day": int(str(day)), **row.to_dict()} for day, row in frame.iterrows()]).encode()

    return Measurement(
        row="b",
        name="curves of a result as they are kept, 10 years",
        work=ours,
        aim=Aim({WALK: 50.0}),
        peers={WALK: Peer(walked, turns=3)},
        turns=10,
        note=lambda: f"{len(ours()) / 1000:.1f} kB; {len(walked()) / 1000:.0f} kB with iterrows",
    )
