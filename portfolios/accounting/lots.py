"""Lots of one position: what was opened when and for how much, closed first in, first out, and at average cost.

Everything is signed: what is held counts positive, what is owed after a short sale negative, money likewise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .entries import ZERO, SplitFact

NOTHING = Decimal("5e-13")  # quantities within this of zero are zero


@dataclass(frozen=True, slots=True)
class Lot:
    """Money in base currency, but `local`. A short lot has a negative quantity and negative money: what it brought."""

    opened: date
    quantity: Decimal
    cost: Decimal  # fees and taxes included
    gross: Decimal  # without them
    basis: Decimal  # what gains are measured against: `gross`, or the value when the period began
    local: Decimal  # `basis` in the instrument's currency

    def part(self, quantity: Decimal) -> Lot:
        """That many of its shares, with their share of the money."""
        if quantity == self.quantity:
            return self
        return Lot(
            self.opened,
            quantity,
            self.cost * quantity / self.quantity,
            self.gross * quantity / self.quantity,
            self.basis * quantity / self.quantity,
            self.local * quantity / self.quantity,
        )

    def plus(self, other: Lot) -> Lot:
        return Lot(
            self.opened,
            self.quantity + other.quantity,
            self.cost + other.cost,
            self.gross + other.gross,
            self.basis + other.basis,
            self.local + other.local,
        )

    def without(self, part: Lot) -> Lot:
        return Lot(
            self.opened,
            self.quantity - part.quantity,
            self.cost - part.cost,
            self.gross - part.gross,
            self.basis - part.basis,
            self.local - part.local,
        )


NO_LOT = Lot(date.min, ZERO, ZERO, ZERO, ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Trade:
    """A closed lot: what it took and what it brought, in base currency, fees and taxes included."""

    opened: date
    closed: date
    quantity: Decimal  # > 0, in shares of the day it was closed
    cost: Decimal
    proceeds: Decimal
    cost_gross: Decimal  # both without fees and taxes
    proceeds_gross: Decimal
    short: bool = False  # sold first, bought later

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.cost

    @property
    def gain_gross(self) -> Decimal:
        return self.proceeds_gross - self.cost_gross

    @property
    def days(self) -> int:
        """How long it was held."""
        return (self.closed - self.opened).days


@dataclass(frozen=True, slots=True)
class Payment:
    """What a purchase (+) or a sale (−) moved, in base currency; `rate`: base for one unit of the instrument's."""

    net: Decimal  # fees and taxes included
    gross: Decimal
    rate: Decimal

    def part(self, quantity: Decimal, whole: Decimal) -> Payment:
        return Payment(self.net * quantity / whole, self.gross * quantity / whole, self.rate)


@dataclass(slots=True)
class Earned:
    """What a position, or the cash of an account, has earned since it began or since the period began."""

    realised: Decimal = ZERO  # by FIFO, proceeds net of fees and taxes − cost
    realised_average: Decimal = ZERO
    gain: Decimal = ZERO  # realised, against `basis`, without fees and taxes
    gain_by_currency: Decimal = ZERO  # of which by exchange rates
    dividends: Decimal = ZERO  # before fees and taxes
    interest: Decimal = ZERO
    fees: Decimal = ZERO
    taxes: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Moved:
    """What leaves with a transfer: lots, and their share of the average cost."""

    lots: list[Lot]
    average_cost: Decimal
    average_gross: Decimal


@dataclass(slots=True)
class Position:
    """All of one instrument in one account; lots are in the order they were opened, all long or all short."""

    lots: list[Lot] = field(default_factory=list)
    held: Lot = NO_LOT  # the sum of them
    average_cost: Decimal = ZERO  # of what is held, by the average method
    average_gross: Decimal = ZERO  # the same without fees and taxes
    earned: Earned = field(default_factory=Earned)
    trades: list[Trade] = field(default_factory=list)

    @property
    def quantity(self) -> Decimal:
        return self.held.quantity

    @property
    def cost(self) -> Decimal:
        """Cost basis of what is held, by FIFO."""
        return self.held.cost

    def trade(self, day: date, quantity: Decimal, payment: Payment) -> None:
        """`quantity`: + bought, − sold. Closes what is open the other way, and opens what is left over."""
        opposite = quantity * self.quantity < 0
        closing = min(abs(quantity), abs(self.quantity)).copy_sign(quantity) if opposite else ZERO
        if closing and abs(quantity - closing) <= NOTHING:
            self._close(day, quantity, payment)
        elif not closing:
            self._open(day, quantity, payment)
        else:
            self._close(day, closing, payment.part(closing, quantity))
            opening = quantity - closing
            self._open(day, opening, payment.part(opening, quantity))

    def _open(self, day: date, quantity: Decimal, payment: Payment) -> None:
        local = payment.gross / payment.rate if payment.rate else ZERO
        self._insert(Lot(day, quantity, payment.net, payment.gross, payment.gross, local))
        self.average_cost += payment.net
        self.average_gross += payment.gross
        self._forget_dust()

    def _insert(self, lot: Lot) -> None:
        """After all that were opened on its day or before."""
        self.held = self.held.plus(lot)
        if not self.lots or self.lots[-1].opened <= lot.opened:
            self.lots.append(lot)
        else:
            self.lots.insert(bisect_right(self.lots, lot.opened, key=lambda own: own.opened), lot)

    def _close(self, day: date, quantity: Decimal, payment: Payment) -> None:
        share = -quantity / self.quantity  # of what is open
        self.earned.realised_average -= payment.net + self.average_cost * share
        self._relieve_average(share)
        for lot in self._take(-quantity):
            paid = payment.part(-lot.quantity, quantity)
            self.trades.append(_closed(lot, day, paid))
            self.earned.realised -= paid.net + lot.cost
            self.earned.gain -= paid.gross + lot.basis
            self.earned.gain_by_currency += lot.local * paid.rate - lot.basis
        self._forget_dust()

    def _relieve_average(self, share: Decimal) -> None:
        self.average_cost -= self.average_cost * share
        self.average_gross -= self.average_gross * share

    def _forget_dust(self) -> None:
        if abs(self.quantity) <= NOTHING:
            self.lots.clear()
            self.held, self.average_cost, self.average_gross = NO_LOT, ZERO, ZERO

    def _take(self, quantity: Decimal) -> list[Lot]:
        """The oldest lots of that many shares, the last of them split; `quantity` has the position's sign."""
        taken: list[Lot] = []
        while abs(quantity) > NOTHING and self.lots:
            lot = self.lots[0]
            if abs(lot.quantity) <= abs(quantity) + NOTHING:
                taken.append(self.lots.pop(0))
                quantity -= lot.quantity
            else:
                part = lot.part(quantity)
                taken.append(part)
                self.lots[0] = lot.without(part)
                quantity = ZERO
        for part in taken:
            self.held = self.held.without(part)
        return taken

    def leave(self, quantity: Decimal) -> Moved:
        """Takes the oldest lots out without closing them; that many must be held."""
        share = quantity / self.quantity
        moved = Moved(self._take(quantity), self.average_cost * share, self.average_gross * share)
        self._relieve_average(share)
        self._forget_dust()
        return moved

    def arrive(self, moved: Moved) -> None:
        """Lots of another account: each keeps its day and its cost."""
        for lot in moved.lots:
            self._insert(lot)
        self.average_cost += moved.average_cost
        self.average_gross += moved.average_gross

    def return_capital(self, amount: Decimal, rate: Decimal) -> None:
        """Lowers the cost of each lot by its share; what exceeds a lot's cost is a realised gain."""
        shares = [amount * lot.quantity / self.quantity for lot in self.lots]
        for lot, share in zip(self.lots, shares, strict=True):
            self.earned.realised += max(share - lot.cost, ZERO)
        self.earned.realised_average += max(amount - self.average_cost, ZERO)
        self.average_cost = max(self.average_cost - amount, ZERO)
        self.average_gross = max(self.average_gross - amount, ZERO)
        self._replace([_repaid(lot, share, rate) for lot, share in zip(self.lots, shares, strict=True)])

    def split(self, fact: SplitFact) -> None:
        self._replace([replace(lot, quantity=fact.apply(lot.quantity)) for lot in self.lots])

    def measure_from(self, price: Decimal, rate: Decimal) -> None:
        """A period begins: gains count from what each lot is worth now; `price` in the instrument's currency."""
        self._replace([marked(lot, price, rate) for lot in self.lots])
        self.earned = Earned()

    def _replace(self, lots: list[Lot]) -> None:
        self.lots, self.held = lots, total(lots)


def marked(lot: Lot, price: Decimal, rate: Decimal) -> Lot:
    """Measured against its value from now on."""
    local = lot.quantity * price
    return replace(lot, basis=local * rate, local=local)


def _closed(lot: Lot, day: date, payment: Payment) -> Trade:
    if lot.quantity < 0:
        return Trade(lot.opened, day, -lot.quantity, payment.net, -lot.cost, payment.gross, -lot.gross, short=True)
    return Trade(lot.opened, day, lot.quantity, lot.cost, -payment.net, lot.gross, -payment.gross)


def _repaid(lot: Lot, amount: Decimal, rate: Decimal) -> Lot:
    """What is left of it: no cost is below zero, but what gains are measured against may be."""
    return replace(
        lot,
        cost=max(lot.cost - amount, ZERO),
        gross=max(lot.gross - amount, ZERO),
        basis=lot.basis - amount,
        local=lot.local - (amount / rate if rate else ZERO),
    )


def total(lots: Iterable[Lot]) -> Lot:
    whole = NO_LOT
    for lot in lots:
        whole = whole.plus(lot)
    return whole
