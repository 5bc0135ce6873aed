"""Backtests drawn at random: prices with gaps and currencies, any strategy, costs, payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

from charts.backtests.market import Listed, Rate
from charts.backtests.rules import (
    Allocation,
    Average,
    Costs,
    Crossover,
    DualMomentum,
    Entry,
    Every,
    Fill,
    Flow,
    Hold,
    Momentum,
    Request,
    Reversion,
    Strategy,
)  # fmt: skip

FIRST = (date(2023, 5, 1) - date(1970, 1, 1)).days
LONG_BEFORE, DAYS = 150, 130  # calendar days of history before the test, and of the test
START = FIRST + LONG_BEFORE


@dataclass(frozen=True)
class Case:
    request: Request
    listed: list[Listed]
    start: date
    end: date


def random_case(seed: int, *, whole: bool | None = None) -> Case:
    random = Random(seed)
    strategy, symbols = _strategy(random)
    whole = random.random() < 0.3 if whole is None else whole
    listed = [_listed(random, symbol, whole=whole) for symbol in symbols]
    request = Request(
        strategy,
        cash=random.choice([10_000.0, 25_000.0, 0.0]),
        flows=tuple(_flow(random) for _ in range(random.choice([0, 0, 1, 2]))),
        costs=_costs(random),
        fill=random.choice(list(Fill)),
        whole_shares=whole,
    )
    begin = date(1970, 1, 1) + timedelta(days=START)
    return Case(request, listed, begin, begin + timedelta(days=DAYS))


def _strategy(random: Random) -> tuple[Strategy, list[str]]:
    many = ["A", "B", "C"][: random.randint(2, 3)]
    share = [random.choice([1, 2, 3]) for _ in many]
    total = sum(share) / random.choice([1.0, 1.0, 0.8])
    weights = {symbol: part / total for symbol, part in zip(many, share, strict=True)}
    every = random.choice([Every.WEEK, Every.MONTH, Every.QUARTER])
    average, entry = random.choice(list(Average)), random.choice(list(Entry))
    fast = random.randint(1, 8)
    top, months = random.randint(1, 2), random.randint(2, 5)
    found: list[tuple[Strategy, list[str]]] = [
        (Hold(weights), many),
        (Allocation(weights, every), many),
        (Allocation(weights, band=random.choice([0.01, 0.03, 0.1])), many),
        (Crossover("A", average, fast, fast + random.randint(1, 15), entry), ["A"]),
        (Reversion("A", random.randint(2, 10), random.uniform(25, 45), random.uniform(50, 75)), ["A"]),
        (Momentum(tuple(many), top, months, random.randint(0, 1), every), many),
        (DualMomentum(tuple(many[1:]), many[0], months, every), many),
    ]
    return random.choice(found)


def _listed(random: Random, symbol: str, *, whole: bool) -> Listed:
    days, opens, closes, price = [], [], [], random.uniform(5, 300)
    late = random.choice([0, 0, 0, 90])
    for day in range(FIRST + late, START + DAYS + 1):
        price *= 1 + random.gauss(0.0005, 0.02)
        if (day + 3) % 7 < 5 and random.random() > 0.08:
            days.append(day)
            opens.append(price * (1 + random.gauss(0, 0.01)))
            closes.append(price)
    rate = None
    if random.random() < 0.3:
        rate_days = [day for day in range(FIRST - 400, START + DAYS + 1) if random.random() > 0.3]
        rate = Rate(np.array(rate_days, dtype=np.int32), np.array([random.uniform(0.8, 0.9) for _ in rate_days]))
    splits = ((START + random.randint(-5, DAYS), random.choice([2.0, 3.0])),) if whole and random.random() < 0.5 else ()
    paid = [(START + random.randint(-5, DAYS), random.uniform(0.1, 1)) for _ in range(3)] if whole else []
    as_array = np.array(days, dtype=np.int32)
    return Listed(symbol, as_array, np.array(opens), np.array(closes), rate, splits, tuple(sorted(paid)))


def _flow(random: Random) -> Flow:
    amount = random.choice([500.0, 100.0, -200.0, -3_000.0])
    since = date(1970, 1, 1) + timedelta(days=START + random.randint(0, 40)) if random.random() < 0.4 else None
    until = date(1970, 1, 1) + timedelta(days=START + random.randint(60, 120)) if random.random() < 0.3 else None
    return Flow(amount, random.choice([Every.WEEK, Every.MONTH]), since, until, random.choice([0.0, 0.03]))


def _costs(random: Random) -> Costs:
    return random.choice(
        [
            Costs(),
            Costs(rate=0.002),
            Costs(fixed=1.5),
            Costs(rate=0.001, fixed=0.5, per_share=0.005, minimum=2.0),
            Costs(per_share=0.01, minimum=1.0),
            Costs(fixed=37.7731),
        ]
    )
