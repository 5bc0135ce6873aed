"""From a transaction as typed to a ledger entry: pence become pounds, and each gets its exchange rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from .accounting.entries import ZERO, Entry, Kind
from .models import Transaction

RateOn = Callable[[str, date], Decimal]  # base currency for one unit of a currency on a day


def one(_currency: str, _day: date) -> Decimal:
    """A rate for replays that only ask whether quantities add up."""
    return Decimal(1)


def entries_of(transactions: Iterable[Transaction], base: str, rate_on: RateOn) -> list[Entry]:
    return [entry_of(transaction, base, rate_on) for transaction in transactions]


def entry_of(transaction: Transaction, base: str, rate_on: RateOn) -> Entry:
    currency = transaction.money
    typed = transaction.fx_rate if currency != base else None  # a currency is worth one of itself
    return Entry(
        label=str(transaction.pk or ""),
        date=transaction.date,
        kind=Kind(transaction.kind),
        instrument=transaction.instrument_id,
        quantity=transaction.quantity or ZERO,
        gross=transaction.gross or ZERO,
        fee=transaction.fee,
        tax=transaction.tax,
        currency=currency,
        rate=typed or (Decimal(1) if currency == base else rate_on(currency, transaction.date)),
        settled_in_base=bool(typed),
        symbol=transaction.instrument.symbol if transaction.instrument else "",
    )
