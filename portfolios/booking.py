"""From a transaction as typed to a ledger entry: pence become pounds, and each gets its exchange rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from pricing.models import Split

from .accounting.entries import ONE, ZERO, Entry, Kind, SplitFact
from .accounting.ledger import Rules
from .models import Portfolio, Transaction

RateOn = Callable[[str, date], Decimal]  # base currency for one unit of a currency on a day


def one(_currency: str, _day: date) -> Decimal:
    """A rate for replays that only ask whether quantities add up."""
    return Decimal(1)


def rules_of(portfolio: Portfolio) -> Rules:
    return Rules(portfolio.base_currency, portfolio.tracks_cash, portfolio.allow_short)


def entries_of(transactions: Iterable[Transaction], base: str, rate_on: RateOn) -> list[Entry]:
    return [entry_of(transaction, base, rate_on) for transaction in transactions]


def entry_of(transaction: Transaction, base: str, rate_on: RateOn) -> Entry:
    currency = transaction.money
    typed = transaction.fx_rate if currency != base else None  # a currency is worth one of itself
    converted = typed or ONE  # the broker did it, so that base currency moved
    booked = base if typed else currency
    return Entry(
        label=str(transaction.pk or ""),
        date=transaction.date,
        kind=Kind(transaction.kind),
        instrument=transaction.instrument_id,
        quantity=transaction.quantity or ZERO,
        gross=(transaction.gross or ZERO) * converted,
        fee=transaction.fee * converted,
        tax=transaction.tax * converted,
        currency=booked,
        rate=ONE if booked == base else rate_on(currency, transaction.date),
        symbol=transaction.instrument.symbol if transaction.instrument else "",
        account=transaction.account,
        priced=transaction.gross is not None,
    )


def provider_splits(instruments: Iterable[int | None]) -> dict[int, list[SplitFact]]:
    """{instrument: its splits as the price source states them, in order}."""
    facts: dict[int, list[SplitFact]] = {}
    for row in Split.objects.filter(instrument__in={*instruments} - {None}).order_by("ex_date"):
        facts.setdefault(row.instrument_id, []).append(SplitFact(row.ex_date, row.numerator, row.denominator))
    return facts
