"""Income: what came in over twelve months, what is likely to come, and both against value and cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolios.accounting.dividends import Payout
from portfolios.accounting.entries import INCOME, ZERO, Entry, Kind, Place
from portfolios.accounting.ledger import Ledger

from .book import Book

YEAR = timedelta(days=365)
LATELY = 15  # payments that are listed
FRIDAY = 4  # as weekdays are counted
LEAP_DAY = (2, 29)


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
class Receipt:
    """One payment, or one to be expected; base currency, before fees and taxes."""

    date: date  # of an expected one: its ex-date
    symbol: str  # empty: interest of no instrument
    amount: float
    kind: str = Kind.DIVIDEND


@dataclass(frozen=True, slots=True)
class IncomeReport:
    whole: Income  # interest included
    holdings: Mapping[str, Income]  # by symbol; those that paid, or are expected to
    months: Mapping[str, float]  # 2024-06: received in it, interest included; of all time, those with any
    expected: Sequence[Receipt]  # each dividend of the last year again, a year later; they add up to what is projected
    lately: Sequence[Receipt]  # the last payments, the latest first


def income(book: Book, ledger: Ledger, payouts: Mapping[int, Sequence[Payout]], end: date) -> IncomeReport:
    """Of the year up to `end`."""
    paid = [(one, float(one.gross * one.rate)) for one in book.entries if one.kind in INCOME and one.date <= end]
    received: dict[int | None, float] = defaultdict(float)
    months: dict[tuple[int, int], float] = defaultdict(float)
    for entry, amount in paid:
        months[entry.date.year, entry.date.month] += amount
        if entry.date > end - YEAR:
            received[entry.instrument] += amount
    values = ledger.values(book, end)
    instruments = dict.fromkeys(place.instrument for place in ledger.positions if place.instrument is not None)
    found = {pk: _of(book, ledger, pk, received[pk], values, payouts.get(pk, ()), end) for pk in instruments}
    whole = Income(
        received=sum(received.values()),
        projected=sum(one.projected for one in found.values()),
        value=float(sum(values.values(), ZERO)),
        cost=sum(one.cost for one in found.values()),
    )
    lately = sorted(paid[-LATELY:], key=lambda row: row[0].date, reverse=True)
    return IncomeReport(
        whole,
        {book.listed[pk].symbol: one for pk, one in found.items() if one.received or one.projected},
        months={f"{year}-{month:02d}": amount for (year, month), amount in sorted(months.items())},
        expected=_expected(book, ledger, payouts, end),
        lately=[_receipt(book, entry, amount) for entry, amount in lately],
    )


def _receipt(book: Book, entry: Entry, amount: float) -> Receipt:
    symbol = book.listed[entry.instrument].symbol if entry.instrument is not None else ""
    return Receipt(entry.date, symbol, amount, entry.kind)


def _expected(book: Book, ledger: Ledger, payouts: Mapping[int, Sequence[Payout]], end: date) -> list[Receipt]:
    """By day; on what is held now, at today's exchange rate."""
    found = []
    for pk, paid in payouts.items():
        held = sum((at.quantity for place, at in ledger.positions.items() if place.instrument == pk), ZERO)
        if not held:
            continue
        rate = book.rate_of(pk, end)
        found += [
            Receipt(_a_year_later(one.ex_date), book.listed[pk].symbol, float(held * one.amount * rate))
            for one in paid
            if end - YEAR < one.ex_date <= end
        ]
    return sorted(found, key=lambda one: (one.date, one.symbol))


def _a_year_later(day: date) -> date:
    """The same day of the year, or the Monday after: nothing is paid at a weekend."""
    later = date(day.year + 1, 2, 28) if (day.month, day.day) == LEAP_DAY else day.replace(year=day.year + 1)
    return later + timedelta(days=max(0, later.weekday() - FRIDAY) and 7 - later.weekday())


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
