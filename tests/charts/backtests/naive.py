"""The same test day by day, in loops anybody can follow: slow, and written without a look at the engine's ways."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from charts.backtests.market import Listed
from charts.backtests.rules import (
    Allocation,
    Crossover,
    Entry,
    Fill,
    Flow,
    Hold,
    Momentum,
    Request,
    Reversion,
    Untraded,
)  # fmt: skip
from tests.charts.backtests.naive_signals import Instrument, anniversary, as_date, average, back, is_first, rsi


@dataclass
class Evening:
    day: int
    equity: float
    cash: float
    inflow: float
    outflow: float


class Naive:
    def __init__(self, request: Request, listed: Sequence[Listed], start: int, end: int) -> None:
        self.request, self.costs = request, request.costs
        self.instruments = sorted((Instrument(one) for one in listed), key=lambda one: one.symbol)
        self.days = sorted({d for one in self.instruments for d in one.bars if start <= d <= end})
        self.common = [d for d in self.days if all(d in one.bars for one in self.instruments)]
        self.held = dict.fromkeys((one.symbol for one in self.instruments), 0.0)
        self.cash = self.reserve = request.cash
        self.target: dict[str, float] = {}
        self.inside = False
        self.crossed = False
        self.broke = False
        self.evenings: list[Evening] = []

    def run(self) -> list[Evening]:
        waiting: dict[int, dict[str, float]] = {}  # decisions by the day they are filled
        money: dict[int, list[float]] = {}
        for index, day in enumerate(self.days):
            filled = None
            if day in self.common:
                at = self.common.index(day)
                later = self.common[at + 1] if at + 1 < len(self.common) else None
                filled = day if self.request.fill is Fill.CLOSE else later
                amounts = [a for flow in self.request.flows if (a := self.due(flow, at))]
                if filled is not None:
                    money.setdefault(filled, []).extend(amounts)
                    if (decision := self.decide(at)) is not None:
                        waiting[filled] = decision
            came, paid = self.happen(day, waiting.pop(day, None), money.pop(day, []), index)
            if day in self.common and self.out_of_band(day):
                if self.request.fill is Fill.CLOSE:
                    self.rebalance(day, self.target, 0.0)
                elif filled is not None:
                    waiting[filled] = self.target
            equity = self.cash + sum(self.held[one.symbol] * (one.worth(day) or 0.0) for one in self.instruments)
            opening = self.request.cash if not index else 0.0
            self.evenings.append(Evening(day, equity, self.cash, came + opening, paid))
        return self.evenings

    # What happens on a day

    def happen(
        self, day: int, decision: dict[str, float] | None, amounts: list[float], index: int
    ) -> tuple[float, float]:
        if self.request.whole_shares and index:
            for one in self.instruments:
                due = sum(a for d, a in one.dividends if self.days[index - 1] < d <= day and d > self.days[0])
                self.cash += self.held[one.symbol] * due * (one.rate(day) or 0.0)
        came = sum(a for a in amounts if a > 0)
        wanted = 0.0 if self.broke else -sum(a for a in amounts if a < 0)
        self.cash += came
        self.reserve += came * (1 - sum(self.target.values()))
        if decision is not None:
            self.target = decision
            self.rebalance(day, decision, wanted)
        elif came and any(self.target.values()):
            free, total = self.cash - self.reserve - wanted, sum(self.target.values())
            if free > 1e-9:
                self.buy(day, {symbol: free * weight / total for symbol, weight in self.target.items() if weight}, free)
        return came, self.withdraw(day, wanted) if wanted else 0.0

    def price(self, one: Instrument, day: int) -> float:
        opened, closed = one.bars[day]
        return (opened if self.request.fill is Fill.NEXT_OPEN else closed) * (one.rate(day) or 0.0)

    def fee(self, one: Instrument, day: int, notional: float) -> float:
        shares = notional / self.price(one, day)
        if self.request.whole_shares:
            shares /= one.lot(day)
        return max(self.costs.minimum, self.costs.fixed + self.costs.rate * notional + self.costs.per_share * shares)

    def deal(self, one: Instrument, day: int, quantity: float) -> None:
        notional = abs(quantity) * self.price(one, day)
        fee = self.fee(one, day, notional)
        if quantity < 0 and fee >= notional:
            return
        self.held[one.symbol] += quantity
        self.cash -= quantity * self.price(one, day) + fee

    def left(self, day: int, money: float, wanted: dict[str, tuple[float, float]]) -> float:
        """Halves until what is left and all fees are the money; wanted: {symbol: (value held, weight)}."""
        if not self.fees(day, money, money, wanted):  # nothing to do costs nothing
            return money
        if sum(self.fee(one, day, wanted[one.symbol][0]) for one in self.instruments if one.symbol in wanted) >= money:
            return 0.0
        low, high = 0.0, money
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if middle + self.fees(day, middle, money, wanted) <= money else (low, middle)
        return low

    def fees(self, day: int, left: float, money: float, wanted: dict[str, tuple[float, float]]) -> float:
        total = 0.0
        for one in self.instruments:
            value, weight = wanted.get(one.symbol, (0.0, 0.0))
            moved = abs(weight * left - value)
            total += self.fee(one, day, moved) if moved > 1e-12 * money else 0.0
        return total

    def rebalance(self, day: int, target: dict[str, float], aside: float) -> None:
        values = {one.symbol: self.held[one.symbol] * self.price(one, day) for one in self.instruments}
        money = self.cash + sum(values.values()) - aside
        if money <= 0:
            return
        wanted = {s: (v, target.get(s, 0.0)) for s, v in values.items() if v or target.get(s)}
        by_symbol = {one.symbol: one for one in self.instruments}
        drifts = {s: abs(w * money - v) for s, (v, w) in wanted.items()}
        if self.costs.fixed or self.costs.minimum:
            wanted = {s: pair for s, pair in wanted.items() if self.fee(by_symbol[s], day, drifts[s]) < drifts[s]}
        while True:
            left = self.left(day, money, wanted)
            moves = {s: w * left - v for s, (v, w) in wanted.items() if abs(w * left - v) > 1e-11 * money}
            dear = [s for s, move in moves.items() if self.fee(by_symbol[s], day, abs(move)) >= abs(move)]
            if not dear:
                break
            wanted = {s: pair for s, pair in wanted.items() if s not in dear}
        for symbol, move in moves.items():
            if move < 0:
                self.sell(by_symbol[symbol], day, -move, everything=not target.get(symbol), up=False)
        self.buy(day, {s: move for s, move in moves.items() if move > 0}, self.cash - aside)
        self.reserve = min(self.cash, (1 - sum(target.values())) * left)

    def sell(self, one: Instrument, day: int, notional: float, *, everything: bool, up: bool) -> None:
        quantity = self.held[one.symbol] if everything else min(self.held[one.symbol], notional / self.price(one, day))
        if self.request.whole_shares and quantity < self.held[one.symbol]:
            shares = quantity / one.lot(day)
            shares = math.ceil(shares - 1e-9) if up else math.floor(shares + 1e-9)
            quantity = min(self.held[one.symbol], shares * one.lot(day))
        if quantity:
            self.deal(one, day, -quantity)

    def buy(self, day: int, wanted: dict[str, float], available: float) -> None:
        by_symbol = {one.symbol: one for one in self.instruments}
        while wanted and available > 0:
            total = sum(wanted.values())
            fees = sum(self.fee(by_symbol[s], day, n) for s, n in wanted.items())
            if total + fees > available * (1 + 1e-12):
                left = self.left(day, available, {s: (0.0, n / total) for s, n in wanted.items()})
                wanted = {s: n / total * left for s, n in wanted.items()}
            cheap = {s: n for s, n in wanted.items() if self.fee(by_symbol[s], day, n) < n}
            if len(cheap) == len(wanted):
                break
            wanted = cheap
        budget = self.cash - available
        for symbol, notional in wanted.items() if available > 0 else ():
            one = by_symbol[symbol]
            quantity = notional / self.price(one, day)
            if self.request.whole_shares:
                lot, price = one.lot(day), self.price(one, day)
                shares = math.floor(quantity / lot + 1e-9)
                while shares and shares * lot * price + self.fee(one, day, shares * lot * price) > self.cash - budget:
                    shares -= 1
                quantity = shares * lot
            if quantity:
                self.deal(one, day, quantity)

    def withdraw(self, day: int, amount: float) -> float:
        missing = amount - self.cash
        some = [one for one in self.instruments if self.held[one.symbol]]
        while missing > 1e-9 and some:
            values = {one.symbol: self.held[one.symbol] * self.price(one, day) for one in some}
            total = sum(values.values())
            left = (
                self.left(day, total - missing, {s: (v, v / total) for s, v in values.items()})
                if total > missing
                else 0
            )
            sold = {s: v - v / total * left for s, v in values.items()}
            cheap = [one for one in some if self.fee(one, day, sold[one.symbol]) < sold[one.symbol]]
            if len(cheap) == len(some):
                for one in some:
                    self.sell(one, day, sold[one.symbol], everything=left <= 0, up=True)
                break
            some = cheap
        paid = min(amount, max(self.cash, 0.0))
        self.broke = paid < amount - 1e-7
        self.cash -= paid
        self.reserve = min(self.reserve, self.cash)
        return paid

    # What is decided

    def due(self, flow: Flow, at: int) -> float:
        days = [
            d for d in map(as_date, self.common)
            if (flow.since is None or d >= flow.since) and (flow.until is None or d <= flow.until)
        ]  # fmt: skip
        day = as_date(self.common[at])
        if day not in days or not is_first(days, days.index(day), flow.every):
            return 0.0
        years = 0
        while anniversary(days[0], years + 1) <= day:
            years += 1
        return flow.amount * (1 + flow.growth) ** years

    def decide(self, at: int) -> dict[str, float] | None:
        strategy, days = self.request.strategy, [as_date(d) for d in self.common]
        if isinstance(strategy, Crossover | Reversion):
            before = self.inside
            self.inside = self.wants_in(strategy, self.common[at])
            return None if self.inside == before else {strategy.symbol: 1.0 if self.inside else 0.0}
        assert not isinstance(strategy, Untraded)
        every = None if isinstance(strategy, Hold) else strategy.every
        if not (at == 0 if every is None else is_first(days, at, every)):
            return None
        if isinstance(strategy, Hold | Allocation):
            return dict(strategy.weights)
        ranked = self.ranked(strategy.symbols, self.common[at], strategy.months, getattr(strategy, "skip", 0))
        if isinstance(strategy, Momentum):
            chosen = ranked[: strategy.top]
            return {symbol: 1 / len(chosen) for _, symbol in chosen}
        refuge = self.ranked((strategy.refuge,), self.common[at], strategy.months, 0)
        won = ranked and refuge and ranked[0][0] < refuge[0][0]  # negative returns are ranked
        return {ranked[0][1] if won else strategy.refuge: 1.0}

    def ranked(self, symbols: Sequence[str], day: int, months: int, skip: int) -> list[tuple[float, str]]:
        found = []
        for one in self.instruments:
            now, then = one.worth(back(day, skip)), one.worth(back(day, months))
            if one.symbol in symbols and now is not None and then is not None:
                found.append((-(now / then - 1), one.symbol))
        return sorted(found)

    def wants_in(self, strategy: Crossover | Reversion, day: int) -> bool:
        closes = self.instruments[0].closes(day)
        if isinstance(strategy, Reversion):
            value = rsi(closes, strategy.days)
            return value is not None and (value < strategy.below or (self.inside and not value > strategy.above))
        fast, slow = (average(closes, n, strategy.average) for n in (strategy.fast, strategy.slow))
        before = [average(closes[:-1], n, strategy.average) for n in (strategy.fast, strategy.slow)]
        above = fast is not None and slow is not None and fast > slow * (1 + 1e-12)
        was_below = before[0] is not None and before[1] is not None and before[0] <= before[1] * (1 + 1e-12)
        self.crossed = self.crossed or (above and was_below)
        return above and (strategy.entry is Entry.STATE or self.crossed)

    def out_of_band(self, day: int) -> bool:
        strategy = self.request.strategy
        if not isinstance(strategy, Allocation) or strategy.band is None or not self.target:
            return False
        values = {one.symbol: self.held[one.symbol] * (one.worth(day) or 0.0) for one in self.instruments}
        equity = self.cash + sum(values.values())
        if equity <= 0:
            return False
        return any(abs(v / equity - self.target.get(s, 0.0)) > strategy.band for s, v in values.items())
