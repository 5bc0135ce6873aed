"""A second, slow opinion on ledger and history: one list of lots, one day after the other, in exact fractions."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from portfolios.accounting.entries import Entry, Kind, SplitFact
from portfolios.performance.arrays import day_number

BASE, START, DAYS = "USD", date(2024, 1, 1), 30
CURRENCIES = {1: "USD", 2: "EUR", 3: "USD", 4: "GBP"}
SATOSHI = Decimal("1e-8")


@dataclass(frozen=True)
class Closes:
    days: np.ndarray
    closes: np.ndarray


@dataclass
class Life:
    """A random portfolio: prices are as traded, one for each day."""

    entries: list[Entry] = field(default_factory=list)
    splits: dict[int, list[SplitFact]] = field(default_factory=dict)
    prices: dict[int, list[Decimal]] = field(default_factory=dict)
    rates: dict[str, list[Decimal]] = field(default_factory=dict)
    tracks_cash: bool = False

    def adjusted(self, instrument: int) -> Closes:
        """As a source states them: every split applied to what came before it."""
        closes = []
        for number, price in enumerate(self.prices[instrument]):
            later = [fact for fact in self.splits.get(instrument, []) if fact.ex_date > day(number)]
            closes.append(float(Fraction(price) / ratio(later)))
        return Closes(axis(), np.array(closes))

    def rate_closes(self) -> dict[str, Closes]:
        return {
            currency: Closes(axis(), np.array([float(r) for r in rates]))
            for currency, rates in self.rates.items()
            if currency != BASE
        }


@dataclass
class Evening:
    value: Fraction
    securities: Fraction
    invested: Fraction
    inflow: Fraction
    outflow: Fraction
    index: Fraction | None


@dataclass
class Outcome:
    lots: dict[int, list[list[Fraction]]] = field(default_factory=lambda: defaultdict(list))  # [quantity, cost]
    average_cost: dict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    realised: dict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    realised_average: dict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    cash: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    income: Fraction = Fraction(0)
    costs: Fraction = Fraction(0)
    evenings: list[Evening] = field(default_factory=list)

    def quantity(self, instrument: int) -> Fraction:
        return sum((quantity for quantity, _ in self.lots[instrument]), Fraction(0))

    def cost(self, instrument: int) -> Fraction:
        return sum((cost for _, cost in self.lots[instrument]), Fraction(0))


def day(number: int) -> date:
    return START + timedelta(days=number)


def axis() -> np.ndarray:
    return np.arange(day_number(START), day_number(START) + DAYS, dtype=np.int32)


def ratio(facts: list[SplitFact]) -> Fraction:
    product = Fraction(1)
    for fact in facts:
        product *= Fraction(fact.new) / Fraction(fact.old)
    return product


def entry(number: int, kind: Kind, **fields: object) -> Entry:
    """In dollars, without costs, unless `fields` say otherwise."""
    plain: dict[str, object] = {
        "label": "", "date": day(number), "kind": kind, "instrument": None, "quantity": Decimal(0),
        "gross": Decimal(0), "fee": Decimal(0), "tax": Decimal(0), "currency": BASE, "rate": Decimal(1),
        "settled_in_base": False,
    }  # fmt: skip
    return Entry(**plain | fields)  # type: ignore[arg-type]  # the tests' own shorthand


def random_life(seed: int) -> Life:
    """Some thirty entries on thirty days: trades in three currencies, splits, income, costs and payments."""
    chance = random.Random(seed)
    life = Life(tracks_cash=chance.random() < 0.5)
    for instrument in CURRENCIES:
        size = chance.choice([1, 100, 10_000])
        life.prices[instrument] = [Decimal(chance.randint(50, 150) * size) / 100 for _ in range(DAYS)]
    for currency in set(CURRENCIES.values()):
        level = [Decimal(chance.randint(80, 140)) / 100 for _ in range(DAYS)]
        life.rates[currency] = [Decimal(1)] * DAYS if currency == BASE else level
    for instrument, new, old in ((2, 1, 3), (3, 2, 1), (3, 3, 2)):
        if chance.random() < 0.7:
            fact = SplitFact(day(chance.randrange(2, DAYS)), Decimal(new), Decimal(old))
            known = [f for f in life.splits.get(instrument, []) if f.ex_date != fact.ex_date]
            life.splits[instrument] = sorted([*known, fact], key=lambda f: f.ex_date)
    held: dict[int, Fraction] = defaultdict(Fraction)
    numbers = sorted(chance.randrange(DAYS) for _ in range(30))
    for before, number in zip([0, *numbers], numbers, strict=False):
        for instrument, facts in life.splits.items():
            held[instrument] *= ratio([fact for fact in facts if day(before) < fact.ex_date <= day(number)])
        life.entries.append(_random_entry(chance, life, held, number))
    return life


def _random_entry(chance: random.Random, life: Life, held: dict[int, Fraction], number: int) -> Entry:
    instrument = chance.choice(list(CURRENCIES))
    currency = CURRENCIES[instrument]
    rate = life.rates[currency][number]
    common: dict[str, object] = {"currency": currency, "rate": rate, "settled_in_base": False}
    if currency != BASE and chance.random() < 0.3:  # the broker converted, at its own rate
        common |= {"rate": rate + Decimal("0.01"), "settled_in_base": True}
    costs = {"fee": Decimal(chance.randint(0, 200)) / 100, "tax": Decimal(chance.randint(0, 50)) / 100}
    money = Decimal(chance.randint(100, 10_000)) / 100
    if chance.random() < 0.3:
        kind = chance.choice([Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.FEE, Kind.TAX, Kind.INTEREST, Kind.DIVIDEND])
        owner = instrument if kind is Kind.DIVIDEND else None
        return entry(number, kind, instrument=owner, gross=money, **common, **costs)
    share = Fraction(1) if chance.random() < 0.3 else Fraction(chance.randint(1, 99), 100)
    selling = Decimal(int(held[instrument] * share * 10**8)) * SATOSHI
    kind = Kind.SELL if selling > 0 and chance.random() < 0.5 else Kind.BUY
    quantity = selling if kind is Kind.SELL else Decimal(chance.randint(1, 10**6)) / 1000
    held[instrument] += Fraction(quantity) * (1 if kind is Kind.BUY else -1)
    gross = quantity * life.prices[instrument][number]
    return entry(number, kind, instrument=instrument, quantity=quantity, gross=gross, **common, **costs)


def simulate(life: Life) -> Outcome:
    """Lives it again, day by day, with nothing but lots and additions."""
    outcome = Outcome()
    index: Fraction | None = Fraction(1)
    yesterday = Fraction(0)
    for number in range(DAYS):
        _split(outcome, life, number)
        inflow = outflow = Fraction(0)
        for one in (e for e in life.entries if e.date == day(number)):
            _live(outcome, one)
            crossing = _crossing(one, tracks_cash=life.tracks_cash)
            inflow, outflow = inflow + max(crossing, Fraction(0)), outflow + max(-crossing, Fraction(0))
        worth = {i: Fraction(life.prices[i][number]) * Fraction(life.rates[c][number]) for i, c in CURRENCIES.items()}
        securities = sum((outcome.quantity(i) * price for i, price in worth.items()), Fraction(0))
        cash = sum((amount * Fraction(life.rates[c][number]) for c, amount in outcome.cash.items()), Fraction(0))
        value = securities + (cash if life.tracks_cash else 0)
        if index is not None and yesterday + inflow > 0:
            growth = (value + outflow) / (yesterday + inflow)
            index = index * growth if growth >= 0 else None
        invested = sum((outcome.cost(i) for i in CURRENCIES), Fraction(0))
        outcome.evenings.append(Evening(value, securities, invested, inflow, outflow, index))
        yesterday = value
    return outcome


def _split(outcome: Outcome, life: Life, number: int) -> None:
    for instrument, facts in life.splits.items():
        factor = ratio([fact for fact in facts if fact.ex_date == day(number)])
        for lot in outcome.lots[instrument]:
            lot[0] *= factor


def _live(outcome: Outcome, one: Entry) -> None:
    gross, costs, rate = Fraction(one.gross), Fraction(one.fee) + Fraction(one.tax), Fraction(one.rate)
    currency, factor = (BASE, rate) if one.settled_in_base else (one.currency, Fraction(1))
    adds = one.kind in {Kind.SELL, Kind.DIVIDEND, Kind.INTEREST, Kind.DEPOSIT}
    outcome.cash[currency] += (gross - costs if adds else -gross - costs) * factor
    if one.kind in {Kind.DIVIDEND, Kind.INTEREST}:
        outcome.income += (gross - costs) * rate
    elif one.kind in {Kind.FEE, Kind.TAX}:
        outcome.costs += (gross + costs) * rate
    elif one.kind is Kind.BUY:
        outcome.lots[one.instrument or 0].append([Fraction(one.quantity), (gross + costs) * rate])
        outcome.average_cost[one.instrument or 0] += (gross + costs) * rate
    elif one.kind is Kind.SELL:
        _sell(outcome, one.instrument or 0, Fraction(one.quantity), (gross - costs) * rate)


def _sell(outcome: Outcome, instrument: int, quantity: Fraction, proceeds: Fraction) -> None:
    relieved = outcome.average_cost[instrument] * quantity / outcome.quantity(instrument)
    outcome.average_cost[instrument] -= relieved
    outcome.realised_average[instrument] += proceeds - relieved
    outcome.realised[instrument] += proceeds
    left, lots = quantity, outcome.lots[instrument]
    while left > 0:
        taken = min(left, lots[0][0])
        cost = lots[0][1] * taken / lots[0][0]
        outcome.realised[instrument] -= cost
        lots[0] = [lots[0][0] - taken, lots[0][1] - cost]
        left -= taken
        if lots[0][0] == 0:
            lots.pop(0)


def _crossing(one: Entry, *, tracks_cash: bool) -> Fraction:
    """Money over the portfolio's border: in +, out −."""
    gross, costs, rate = Fraction(one.gross), Fraction(one.fee) + Fraction(one.tax), Fraction(one.rate)
    if tracks_cash:
        return {Kind.DEPOSIT: gross, Kind.WITHDRAWAL: -gross}.get(one.kind, Fraction(0)) * rate
    paid = one.kind in {Kind.BUY, Kind.FEE, Kind.TAX, Kind.WITHDRAWAL}
    return (gross + costs if paid else costs - gross) * rate
