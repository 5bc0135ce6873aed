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


def rules_of(portfolio: Portfolio, transactions: Iterable[Transaction] = ()) -> Rules:
    """Of a combined portfolio: of these transactions, each account by the rules of its own portfolio."""
    if not portfolio.is_combined:
        return Rules(portfolio.base_currency, portfolio.tracks_cash, portfolio.allow_short)
    rows = list(transactions)
    return Rules(
        portfolio.base_currency,
        tracks_cash=any(row.portfolio.tracks_cash for row in rows),
        allow_short=any(row.portfolio.allow_short for row in rows),
        cashless=frozenset(account_among(row) for row in rows if not row.portfolio.tracks_cash),
    )


def account_among(transaction: Transaction) -> str:
    """How a combined portfolio calls the account: lots and cash of two portfolios are never one.

    It ends with the portfolio's number, so that no two names, however strange, make the same.
    """
    own = f"{transaction.portfolio.name} ({transaction.portfolio_id})"
    return f"{transaction.account}, {own}" if transaction.account else own


def entries_of(transactions: Iterable[Transaction], portfolio: Portfolio, rate_on: RateOn) -> list[Entry]:
    base = portfolio.base_currency
    if portfolio.is_combined:
        return [entry_of(row, base, rate_on, account_among(row)) for row in transactions]
    return [entry_of(row, base, rate_on) for row in transactions]


def entry_of(transaction: Transaction, base: str, rate_on: RateOn, account: str | None = None) -> Entry:
    """`account`: another name for it."""
    currency, home = transaction.money, transaction.portfolio.base_currency
    typed = transaction.fx_rate if currency != home else None  # a currency is worth one of itself
    converted = typed or ONE  # the broker did it, so that the portfolio's own currency moved
    booked = home if typed else currency
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
        rate=ONE if booked == base else rate_on(booked, transaction.date),
        symbol=transaction.instrument.symbol if transaction.instrument else "",
        account=transaction.account if account is None else account,
        priced=transaction.gross is not None,
    )


def provider_splits(instruments: Iterable[int | None]) -> dict[int, list[SplitFact]]:
    """{instrument: its splits as the price source states them, in order}."""
    facts: dict[int, list[SplitFact]] = {}
    for row in Split.objects.filter(instrument__in={*instruments} - {None}).order_by("ex_date"):
        facts.setdefault(row.instrument_id, []).append(SplitFact(row.ex_date, row.numerator, row.denominator))
    return facts
