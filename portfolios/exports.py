"""A portfolio's transactions as the file they can be imported from."""

from __future__ import annotations

from .accounting.entries import Kind
from .accounting.importers.native import Row, write
from .models import Portfolio, Transaction


def export(portfolio: Portfolio) -> str:
    """All of them, in the order they happened. One query."""
    return write([row_of(row) for row in portfolio.transactions.select_related("instrument").order_by("date", "pk")])


def row_of(transaction: Transaction) -> Row:
    """As if it had been read; of no line."""
    return Row(
        line=0,
        date=transaction.date,
        kind=Kind(transaction.kind),
        symbol=transaction.instrument.symbol if transaction.instrument else "",
        quantity=transaction.quantity,
        price=transaction.price,
        amount=transaction.amount,
        fee=transaction.fee,
        tax=transaction.tax,
        currency=transaction.currency,
        fx_rate=transaction.fx_rate,
        account=transaction.account,
        note=transaction.note,
        external_id=transaction.external_id,
    )
