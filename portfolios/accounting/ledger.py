"""Replay of all entries in order: positions, cash and what was earned, exact to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .cash import cash_change
from .entries import INCOME, ZERO, Entry, Kind, LedgerError, SplitFact
from .lots import NOTHING, Position

Splits = Mapping[int, Sequence[SplitFact]]


@dataclass(slots=True)
class Ledger:
    """Money in base currency, except cash, which stays in its own."""

    positions: dict[int, Position] = field(default_factory=lambda: defaultdict(Position))
    cash: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    income: Decimal = ZERO  # dividends and interest, net of fee and tax
    costs: Decimal = ZERO  # fees and taxes that belong to no trade


def replay(entries: Iterable[Entry], splits: Splits, base: str, until: date) -> Ledger:
    """The ledger after all entries dated up to `until`; entries of a day keep the order given.

    Raises LedgerError, naming the entry, where more is sold than is held.
    """
    ordered = sorted((entry for entry in entries if entry.date <= until), key=lambda entry: entry.date)
    facts = merge_splits(ordered, splits)
    ledger = Ledger()
    applied: dict[int, int] = defaultdict(int)
    for entry in ordered:
        if entry.instrument is not None:
            _split_up_to(ledger, facts, applied, entry.instrument, entry.date)
        _book(ledger, entry, base)
    for instrument in list(ledger.positions):
        _split_up_to(ledger, facts, applied, instrument, until)
    return ledger


def oversold(entries: Iterable[Entry], splits: Splits, base: str, until: date) -> list[LedgerError]:
    """The first sale of each instrument that is not covered; replays each by itself, so that none hides another."""
    of_instrument: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.instrument is not None:
            of_instrument[entry.instrument].append(entry)
    errors = []
    for own in of_instrument.values():
        try:
            replay(own, splits, base, until)
        except LedgerError as error:
            errors.append(error)
    return errors


def merge_splits(entries: Iterable[Entry], splits: Splits) -> dict[int, list[SplitFact]]:
    """{instrument: splits in order}: the provider's and the typed ones; the same date stated twice counts once."""
    facts: dict[int, dict[date, SplitFact]] = defaultdict(dict)
    for entry in entries:
        if entry.kind is Kind.SPLIT and entry.instrument is not None:
            facts[entry.instrument][entry.date] = SplitFact(entry.date, entry.quantity, Decimal(1))
    for instrument, known in splits.items():
        for fact in known:
            facts[instrument][fact.ex_date] = fact
    return {instrument: [by_day[day] for day in sorted(by_day)] for instrument, by_day in facts.items()}


def _split_up_to(
    ledger: Ledger, facts: Mapping[int, Sequence[SplitFact]], applied: dict[int, int], instrument: int, day: date
) -> None:
    """Splits act before anything else happens on their ex-date."""
    of_instrument = facts.get(instrument, ())
    while applied[instrument] < len(of_instrument) and of_instrument[applied[instrument]].ex_date <= day:
        ledger.positions[instrument].split(of_instrument[applied[instrument]])
        applied[instrument] += 1


def _book(ledger: Ledger, entry: Entry, base: str) -> None:
    currency, change = cash_change(entry, base)
    ledger.cash[currency] += change
    position = ledger.positions[entry.instrument] if entry.instrument is not None else None
    if entry.kind is Kind.BUY and position is not None:
        position.buy(entry.date, entry.quantity, entry.cost * entry.rate)
    elif entry.kind is Kind.SELL and position is not None:
        if entry.quantity > position.quantity + NOTHING:
            raise LedgerError(entry, position.quantity)
        position.sell(entry.date, entry.quantity, entry.proceeds * entry.rate)
    elif entry.kind in INCOME:
        ledger.income += entry.proceeds * entry.rate
        if position is not None:
            position.income += entry.proceeds * entry.rate
    elif entry.kind in {Kind.FEE, Kind.TAX}:
        ledger.costs += entry.cost * entry.rate
