"""Transactions as plain values, as a change of the ledger keeps them, and the digest of many."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from .models import ImportBatch, Portfolio, Transaction

Row = dict[str, Any]
_FIELDS = [field for field in Transaction._meta.concrete_fields if field.name != "portfolio"]  # noqa: SLF001 — Django's documented API
DECIMALS = [field.attname for field in _FIELDS if field.get_internal_type() == "DecimalField"]


def rows_of(portfolio: Portfolio, numbers: Iterable[int]) -> list[Row]:
    """As they are stored, in the order of their numbers; those that exist. One query."""
    found = portfolio.transactions.filter(pk__in=list(numbers)).order_by("pk")
    return [plain(values) for values in found.values(*(field.attname for field in _FIELDS))]


def plain(values: Row) -> Row:
    """JSON has neither days nor decimals."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def transaction_of(portfolio: Portfolio, row: Row) -> Transaction:
    """The row it was, not stored."""
    values = row | {name: None if row[name] is None else Decimal(row[name]) for name in DECIMALS}
    return Transaction(**values | {"date": date.fromisoformat(row["date"]), "portfolio": portfolio})


def summary_of(batch: ImportBatch) -> Row:
    """How many rows of the file there are, and a digest of them: another one, if any of them has changed."""
    rows = rows_of(batch.portfolio, batch.transactions.values_list("pk", flat=True))
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return {"rows": len(rows), "digest": sha256(text.encode()).hexdigest()}
