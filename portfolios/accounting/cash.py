"""What an entry does to the cash account, and which money crosses the portfolio's border."""

from __future__ import annotations

from decimal import Decimal

from .entries import INCOME, ZERO, Entry, Kind


def cash_change(entry: Entry, base: str) -> tuple[str, Decimal]:
    """(currency, signed amount): in base currency where the broker converted, else in the entry's own."""
    amount = _signed(entry)
    return (base, amount * entry.rate) if entry.settled_in_base else (entry.currency, amount)


def _signed(entry: Entry) -> Decimal:
    match entry.kind:
        case Kind.BUY:
            return -entry.cost
        case Kind.SELL:
            return entry.proceeds
        case kind if kind in INCOME:
            return entry.proceeds
        case Kind.DEPOSIT:
            return entry.gross - entry.fee - entry.tax
        case Kind.SPLIT:
            return ZERO
        case _:  # fee, tax, withdrawal
            return -entry.cost


def external_flow(entry: Entry, *, tracks_cash: bool) -> Decimal:
    """Money the owner put in (+) or took out (−), in base currency.

    With cash, deposits and withdrawals cross the border (their fees are the portfolio's cost); without, trades, income
    and costs do.
    """
    if not tracks_cash:
        return -_signed(entry) * entry.rate
    match entry.kind:
        case Kind.DEPOSIT:
            return entry.gross * entry.rate
        case Kind.WITHDRAWAL:
            return -entry.gross * entry.rate
        case _:
            return ZERO
