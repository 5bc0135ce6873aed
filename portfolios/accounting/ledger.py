"""The books: positions, cash, what was earned, and every movement between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from .entries import ONE, ZERO, Place
from .lots import Earned, Position

Inside = Callable[[Place], bool]


class Marks(Protocol):
    """What things were worth; a day without a price has the last one before it, or else the first."""

    def price(self, instrument: int, day: date) -> Decimal:
        """One share of that day, in the instrument's currency (pounds, not pence)."""

    def currency_of(self, instrument: int) -> str:
        """The major one."""

    def rate_of(self, instrument: int, day: date) -> Decimal:
        """Base currency for one unit of the instrument's."""

    def rate(self, currency: str, day: date) -> Decimal:
        """Base currency for one unit."""


class NoMarks:
    """For replays that only ask whether quantities add up."""

    def price(self, _instrument: int, _day: date) -> Decimal:
        return ONE

    def currency_of(self, _instrument: int) -> str:
        return ""

    def rate_of(self, _instrument: int, _day: date) -> Decimal:
        return ONE

    def rate(self, _currency: str, _day: date) -> Decimal:
        return ONE


@dataclass(frozen=True, slots=True)
class Rules:
    """How a portfolio keeps its books."""

    base: str  # currency
    tracks_cash: bool = False  # deposits and withdrawals are the flows, not purchases and sales
    allow_short: bool = False
    cashless: frozenset[str] = frozenset()  # accounts where purchases and sales are the flows nevertheless

    def keeps_cash(self, account: str) -> bool:
        return self.tracks_cash and account not in self.cashless


class Leg(NamedTuple):
    """What one entry did to one place; money in base currency. Legs of one group are one event."""

    group: int
    date: date
    place: Place
    flow: Decimal  # + into the place, − out of it
    income: Decimal  # dividends and interest, before fees and taxes
    fees: Decimal
    taxes: Decimal
    # What is there afterwards
    quantity: Decimal  # shares of that day, or money in the place's currency
    cost: Decimal  # FIFO, fees and taxes included; 0 of cash
    basis: Decimal  # without them
    local: Decimal  # `basis` in the instrument's currency
    gain: Decimal  # realised so far, without fees and taxes
    gain_by_currency: Decimal  # of which by exchange rates


@dataclass(slots=True)
class Ledger:
    """Money in base currency, except cash, which stays in its own."""

    positions: dict[Place, Position] = field(default_factory=lambda: defaultdict(Position))
    cash: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # empty where it is not tracked
    cash_earned: dict[Place, Earned] = field(default_factory=lambda: defaultdict(Earned))
    legs: list[Leg] = field(default_factory=list)
    opening: dict[Place, Decimal] = field(default_factory=dict)  # what was there was worth when the period began

    def earned(self, place: Place) -> Earned:
        return self.cash_earned[place] if place.instrument is None else self.positions[place].earned

    def places(self) -> list[Place]:
        """Every place anything ever happened to, in the order it first did."""
        return list(dict.fromkeys(leg.place for leg in self.legs))

    def balances(self) -> dict[str, Decimal]:
        """{currency: cash in all accounts}."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for place, amount in self.cash.items():
            sums[place.currency] += amount
        return sums

    def values(self, marks: Marks, day: date) -> dict[Place, Decimal]:
        """{place: what is there is worth that evening, in base currency}; splits until then must be applied."""
        worth = {
            place: position.quantity * marks.price(instrument, day) * marks.rate_of(instrument, day)
            for place, position in self.positions.items()
            if position.quantity and (instrument := place.instrument) is not None
        }
        return worth | {
            place: amount * marks.rate(place.currency, day) for place, amount in self.cash.items() if amount
        }


def net_of(legs: Iterable[Leg], inside: Inside) -> dict[int, Decimal]:
    """{group: money that crossed the border of those places, + in, − out}."""
    net: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for leg in legs:
        if inside(leg.place):
            net[leg.group] += leg.flow
    return net
