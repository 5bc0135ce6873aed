"""A portfolio's transactions as the file they can be imported from."""

from __future__ import annotations

from django.db.models import QuerySet

from .accounting.entries import Kind
from .accounting.importers.native import Row, write
from .models import Transaction


def export(transactions: QuerySet[Transaction]) -> str:
    """These, in the order they happened. One query."""
    rows = transactions.select_related("instrument", "portfolio").order_by("date", "pk")
    return write([row_of(row) for row in rows])


def row_of(transaction: Transaction) -> Row:
    """As if it had been read; of no line. Money without a currency has its portfolio's: a file may go to another."""
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
        currency=transaction.currency or ("" if transaction.instrument else transaction.quoted),
        fx_rate=transaction.fx_rate,
        account=transaction.account,
        note=transaction.note,
        external_id=transaction.external_id,
    )
