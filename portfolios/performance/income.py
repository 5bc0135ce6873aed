"""Income: what came in over twelve months, what is likely to come, and both against value and cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolios.accounting.dividends import Payout
from portfolios.accounting.entries import INCOME, ZERO, Place
from portfolios.accounting.ledger import Ledger

from .book import Book

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Income:
    """Of a holding over all accounts, or of everything; base currency, before fees and taxes."""

    received: float  # over the last twelve months
    projected: float  # dividends of the last twelve months on what is held now, at today's exchange rate
    value: float
    cost: float  # FIFO, of what is held

    @property
    def rate(self) -> float | None:
        return self.received / self.value if self.value > 0 else None

    @property
    def rate_on_cost(self) -> float | None:
        return self.received / self.cost if self.cost > 0 else None

    @property
    def projected_rate(self) -> float | None:
        return self.projected / self.value if self.value > 0 else None


@dataclass(frozen=True, slots=True)
class IncomeReport:
    whole: Income  # interest included
    holdings: Mapping[str, Income]  # by symbol; those that paid, or are expected to


def income(book: Book, ledger: Ledger, payouts: Mapping[int, Sequence[Payout]], end: date) -> IncomeReport:
    """Of the year up to `end`."""
    received: dict[int | None, float] = defaultdict(float)
    for entry in book.entries:
        if entry.kind in INCOME and end - YEAR < entry.date <= end:
            received[entry.instrument] += float(entry.gross * entry.rate)
    values = ledger.values(book, end)
    instruments = dict.fromkeys(place.instrument for place in ledger.positions if place.instrument is not None)
    found = {pk: _of(book, ledger, pk, received[pk], values, payouts.get(pk, ()), end) for pk in instruments}
    whole = Income(
        received=sum(received.values()),
        projected=sum(one.projected for one in found.values()),
        value=float(sum(values.values(), ZERO)),
        cost=sum(one.cost for one in found.values()),
    )
    return IncomeReport(
        whole, {book.listed[pk].symbol: one for pk, one in found.items() if one.received or one.projected}
    )


def _of(
    book: Book,
    ledger: Ledger,
    instrument: int,
    received: float,
    values: Mapping[Place, Decimal],
    payouts: Sequence[Payout],
    end: date,
) -> Income:
    places = [place for place in ledger.positions if place.instrument == instrument]
    quantity = sum((ledger.positions[place].quantity for place in places), ZERO)
    a_year = sum((one.amount for one in payouts if end - YEAR < one.ex_date <= end), ZERO)
    return Income(
        received=received,
        projected=float(quantity * a_year * book.rate_of(instrument, end)) if a_year else 0.0,
        value=float(sum((values.get(place, ZERO) for place in places), ZERO)),
        cost=float(sum((ledger.positions[place].cost for place in places), ZERO)),
    )
