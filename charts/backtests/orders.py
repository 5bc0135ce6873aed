"""Orders of a backtest: how much of each, what it costs, and that there is always money for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .rules import Costs

NOTHING = 1e-12  # of the money there is: an order or a remainder this small is rounding
WHOLE = 1e-9  # of a share: 2.9999999999 shares are three
ROUNDS = 30  # two or three are enough unless fees are as large as orders
HALVINGS = 200

Order = tuple[int, int, float, float, float]  # bar, instrument, signed quantity, price, fee


@dataclass(frozen=True, slots=True)
class Dealing:
    """One bar to deal on: prices of today's shares, and what an order costs there for each unit of money."""

    bar: int
    prices: list[float]
    lots: list[float] | None  # today's shares in a share of the day; None: fractions are dealt
    costs: Costs

    def share(self, instrument: int) -> float:
        """Of the notional, what an order costs besides what is fixed."""
        if not self.costs.per_share:
            return self.costs.rate
        lot = self.lots[instrument] if self.lots else 1.0
        return self.costs.rate + self.costs.per_share / (self.prices[instrument] * lot)

    def fee(self, instrument: int, notional: float) -> float:
        return max(self.costs.minimum, self.costs.fixed + self.share(instrument) * notional)


@dataclass(frozen=True, slots=True)
class Line:
    """An instrument to be brought to its weight of what is left after costs."""

    instrument: int
    value: float  # of what is held
    weight: float
    share: float  # Dealing.share


def after_costs(money: float, lines: Sequence[Line], costs: Costs) -> float:
    """What is left of `money` when each line is worth its weight of what is left, to the last digit.

    left + Σ fee(weight · left − value) = money. Each fee is linear in `left` while its order stays on one side of zero
    and of the minimum, so solving for the sides found last ends after as many rounds as sides change.
    """
    left, nothing = money, NOTHING * abs(money)
    for _ in range(ROUNDS):
        constant, slope = money, 1.0
        for line in lines:
            moved = line.weight * left - line.value
            size = abs(moved)
            if size <= nothing:
                continue
            if costs.fixed + line.share * size <= costs.minimum:
                constant -= costs.minimum
                continue
            signed = line.share if moved > 0 else -line.share
            constant -= costs.fixed - signed * line.value
            slope += signed * line.weight
        following = constant / slope if slope > 0 else math.nan
        if following == left:  # the same sides give the same digits
            return left
        left = following
    return _halved(money, lines, costs)


def _halved(money: float, lines: Sequence[Line], costs: Costs) -> float:
    """The most that can be left: found by halving where sides keep changing."""
    low, high = 0.0, max(money, 0.0)
    for _ in range(HALVINGS):
        left = (low + high) / 2
        sizes = [(line.share, abs(line.weight * left - line.value)) for line in lines]
        fees = sum(max(costs.minimum, costs.fixed + share * size) for share, size in sizes if size)
        low, high = (left, high) if left + fees <= money else (low, left)
    return low


class Account:
    """Cash and quantities (today's shares) as one bar after the other changes them. Cash is never below zero."""

    def __init__(self, costs: Costs, cash: float, instruments: int) -> None:
        self.costs = costs
        self.is_free = costs == Costs()
        self.cash = cash
        self.reserve = cash  # of the cash: what is not waiting to be invested
        self.quantities = [0.0] * instruments
        self.orders: list[Order] = []
        self.fees = 0.0
        self.too_dear: int | None = None  # the first bar on which an order was left out, its costs as large as itself

    def value(self, prices: Sequence[float]) -> float:
        return math.fsum(q * p for q, p in zip(self.quantities, prices, strict=True) if q)

    def receive(self, amount: float, weights: Sequence[float]) -> None:
        """New money; by these weights it waits to be invested, the rest of it stays cash."""
        self.cash += amount
        self.reserve += amount * max(0.0, 1.0 - math.fsum(weights))

    def rebalance(self, dealing: Dealing, weights: Sequence[float], aside: float) -> None:
        """To these weights of everything but what is set aside for a withdrawal; what they leave is reserve."""
        money = self.cash + self.value(dealing.prices) - aside
        if money <= 0:
            return
        held = [
            Line(i, q * p, w, dealing.share(i))
            for i, (q, p, w) in enumerate(zip(self.quantities, dealing.prices, weights, strict=True))
            if q or w
        ]
        changes, left = self._worthwhile(dealing, money, held)
        for line, change in changes:
            if change < 0:
                self._sell(dealing, line.instrument, -change, everything=line.weight == 0)
        wanted = {line.instrument: change for line, change in changes if change > 0}
        self._buy(dealing, wanted, self.cash - aside)
        self._clip(money)
        self.reserve = min(self.cash, max(0.0, 1.0 - math.fsum(weights)) * max(left, 0.0))

    def invest(self, dealing: Dealing, weights: Sequence[float], aside: float) -> None:
        """What waits, but for what is set aside for a withdrawal, split by these weights; nothing is sold."""
        waiting = self.cash - self.reserve - aside
        total = math.fsum(weights)
        if waiting <= NOTHING * self.cash or total <= 0:
            return
        before = self.cash
        self._buy(dealing, {i: waiting * w / total for i, w in enumerate(weights) if w}, waiting)
        self._clip(before)

    def withdraw(self, dealing: Dealing, amount: float) -> float:
        """What could be paid of it: out of cash, then of what equal parts of all holdings bring."""
        before = self.cash
        missing = amount - self.cash
        if missing > NOTHING * amount:
            self._raise(dealing, missing)
        paid = amount if self.cash >= amount * (1 - NOTHING) else self.cash
        self.cash -= paid
        self._clip(max(before, paid))
        self.reserve = min(self.reserve, self.cash)
        return paid

    def _raise(self, dealing: Dealing, missing: float) -> None:
        lines = [
            Line(i, q * p, 0.0, dealing.share(i))
            for i, (q, p) in enumerate(zip(self.quantities, dealing.prices, strict=True))
            if q
        ]
        while lines:
            held = math.fsum(line.value for line in lines)
            parts = [Line(line.instrument, line.value, line.value / held, line.share) for line in lines]
            left = after_costs(held - missing, parts, self.costs) if held > missing else 0.0
            changes = [(part, part.value - part.weight * max(left, 0.0)) for part in parts]
            worth_it = [line for line, sold in changes if dealing.fee(line.instrument, sold) < sold]
            if len(worth_it) == len(lines):
                for line, sold in changes:
                    self._sell(dealing, line.instrument, sold, everything=left <= 0, at_least=True)
                return
            self._leave_out(dealing)
            lines = worth_it

    def _worthwhile(
        self, dealing: Dealing, money: float, lines: Sequence[Line]
    ) -> tuple[list[tuple[Line, float]], float]:
        """([line, change of its value], what is left), without orders that cost as much as they move.

        Where something is fixed, those are left out first that would not be worth it if nothing cost anything: else
        their costs would be raised by orders of others.
        """
        if self.costs.fixed or self.costs.minimum:
            lines = self._not_dear(dealing, money, [(line, line.weight * money - line.value) for line in lines])
        while True:
            left = after_costs(money, lines, self.costs) if lines and not self.is_free else money
            changes = [(line, line.weight * max(left, 0.0) - line.value) for line in lines]
            moving = [(line, change) for line, change in changes if abs(change) > NOTHING * money]
            kept = self._not_dear(dealing, money, moving)
            if len(kept) == len(moving):
                return moving, left
            dropped = {line.instrument for line, _ in moving} - {line.instrument for line in kept}
            lines = [line for line in lines if line.instrument not in dropped]

    def _not_dear(self, dealing: Dealing, money: float, changes: Sequence[tuple[Line, float]]) -> list[Line]:
        kept = []
        for line, change in changes:
            if dealing.fee(line.instrument, abs(change)) < abs(change):
                kept.append(line)
            elif abs(change) > NOTHING * money:
                self._leave_out(dealing)
        return kept

    def _buy(self, dealing: Dealing, wanted: dict[int, float], available: float) -> None:
        """Notionals, in proportion less where there is not enough for them and their costs."""
        if not wanted or available <= 0:
            return
        while wanted:
            total = math.fsum(wanted.values())
            costs = math.fsum(dealing.fee(i, notional) for i, notional in wanted.items())
            if total + costs > available * (1 + NOTHING):
                lines = [Line(i, 0.0, notional / total, dealing.share(i)) for i, notional in wanted.items()]
                left = max(after_costs(available, lines, self.costs), 0.0)
                wanted = {line.instrument: line.weight * left for line in lines}
            worth_it = {i: notional for i, notional in wanted.items() if dealing.fee(i, notional) < notional}
            if len(worth_it) == len(wanted):
                break
            self._leave_out(dealing)
            wanted = worth_it
        for i, notional in wanted.items():
            available -= self._bought(dealing, i, notional, available)

    def _bought(self, dealing: Dealing, i: int, notional: float, available: float) -> float:
        """What was paid: never more than what is available."""
        price, quantity = dealing.prices[i], notional / dealing.prices[i]
        if dealing.lots:
            lot = dealing.lots[i]
            shares = math.floor(quantity / lot + WHOLE)
            while shares and shares * lot * price + dealing.fee(i, shares * lot * price) > available:
                shares -= 1
            quantity = shares * lot
        return -self._deal(dealing, i, quantity) if quantity else 0.0

    def _sell(self, dealing: Dealing, i: int, notional: float, *, everything: bool, at_least: bool = False) -> None:
        held = self.quantities[i]
        quantity = held if everything else min(held, notional / dealing.prices[i])
        if dealing.lots and quantity < held:
            lot = dealing.lots[i]
            shares = math.ceil(quantity / lot - WHOLE) if at_least else math.floor(quantity / lot + WHOLE)
            quantity = min(held, shares * lot)
        notional = quantity * dealing.prices[i]
        if quantity and dealing.fee(i, notional) < notional:  # fewer whole shares may not bring their own costs
            self._deal(dealing, i, -quantity)

    def _deal(self, dealing: Dealing, i: int, quantity: float) -> float:
        """By how much cash changed."""
        price = dealing.prices[i]
        fee = dealing.fee(i, abs(quantity) * price)
        change = -quantity * price - fee
        self.cash += change
        self.quantities[i] += quantity
        self.fees += fee
        self.orders.append((dealing.bar, i, quantity, price, fee))
        return change

    def _leave_out(self, dealing: Dealing) -> None:
        self.too_dear = dealing.bar if self.too_dear is None else self.too_dear

    def _clip(self, scale: float) -> None:
        """Takes rounding away: what is left of a sum that was spent to the last cent is nothing."""
        if abs(self.cash) <= NOTHING * scale:
            self.cash = 0.0
        self.reserve = min(self.reserve, self.cash)
