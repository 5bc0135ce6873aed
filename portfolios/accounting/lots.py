"""Lots of one instrument: what was bought when and for how much, sold first in, first out, and at average cost."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .entries import ZERO, SplitFact

NOTHING = Decimal("5e-13")  # quantities within this of zero are zero


@dataclass(frozen=True, slots=True)
class Lot:
    bought: date
    quantity: Decimal
    cost: Decimal  # base currency, fees and taxes included


@dataclass(frozen=True, slots=True)
class ClosedLot:
    """One part of a sale: which purchase it used up."""

    bought: date
    sold: date
    quantity: Decimal
    cost: Decimal
    proceeds: Decimal

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.cost


@dataclass(slots=True)
class Position:
    """All of one instrument; money in base currency."""

    lots: deque[Lot] = field(default_factory=deque)
    quantity: Decimal = ZERO
    average_cost: Decimal = ZERO  # of what is held, by the average method
    realised: Decimal = ZERO  # by FIFO
    realised_average: Decimal = ZERO
    income: Decimal = ZERO  # net of fee and tax
    closed: list[ClosedLot] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        """Cost basis of what is held, by FIFO."""
        return sum((lot.cost for lot in self.lots), ZERO)

    def buy(self, day: date, quantity: Decimal, cost: Decimal) -> None:
        self.lots.append(Lot(day, quantity, cost))
        self.quantity += quantity
        self.average_cost += cost

    def sell(self, day: date, quantity: Decimal, proceeds: Decimal) -> None:
        """Quantity must be held; the oldest lots go first."""
        relieved = self.average_cost * quantity / self.quantity
        self.realised_average += proceeds - relieved
        self.average_cost -= relieved
        self.quantity -= quantity
        for part in self._take(quantity):
            share = proceeds * part.quantity / quantity
            sold = ClosedLot(part.bought, day, part.quantity, part.cost, share)
            self.closed.append(sold)
            self.realised += sold.gain
        if abs(self.quantity) <= NOTHING:
            self.lots.clear()
            self.quantity = self.average_cost = ZERO

    def _take(self, quantity: Decimal) -> list[Lot]:
        taken = []
        while quantity > NOTHING and self.lots:
            lot = self.lots[0]
            if lot.quantity <= quantity + NOTHING:
                taken.append(self.lots.popleft())
                quantity -= lot.quantity
            else:
                cost = lot.cost * quantity / lot.quantity
                taken.append(Lot(lot.bought, quantity, cost))
                self.lots[0] = replace(lot, quantity=lot.quantity - quantity, cost=lot.cost - cost)
                quantity = ZERO
        return taken

    def split(self, fact: SplitFact) -> None:
        self.quantity = fact.apply(self.quantity)
        self.lots = deque(replace(lot, quantity=fact.apply(lot.quantity)) for lot in self.lots)
