"""Add, change and remove transactions: the row, the ledger's new revision and the job that rebuilds, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from portfolios.accounting.entries import latest_date
from portfolios.accounting.replay import impossible
from portfolios.booking import entries_of, one, provider_splits, rules_of
from portfolios.models import Change, Portfolio, Transaction
from portfolios.recorded import rows_of
from portfolios.services.combined import follow
from portfolios.services.rebuilds import request_rebuild
from portfolios.services.recording import record
from pricing.models import Instrument
from pricing.services.instruments import ensure_instruments

T = TypeVar("T")


def save_transaction(row: Transaction, symbol: str, user_id: int) -> Change:
    """Stores a new or changed transaction. Raises LedgerError, storing nothing, if more is sold than held.

    Raises Transaction.DoesNotExist if it was deleted meanwhile.
    """
    portfolio = row.portfolio

    def change() -> Change:
        before = rows_of(portfolio, [row.pk]) if row.pk else []
        if row.pk and not before:
            raise Transaction.DoesNotExist
        row.instrument = _instrument(symbol, portfolio, user_id)
        row.save()
        kind = Change.Kind.EDITED if before else Change.Kind.CREATED
        return record(portfolio, user_id, kind, before, [row.pk])

    return changed(portfolio, change)


def delete_transaction(row: Transaction, user_id: int) -> Change:
    """Raises LedgerError, deleting nothing, if a later sale needs it; Transaction.DoesNotExist if it is gone."""
    portfolio = row.portfolio

    def change() -> Change:
        before = rows_of(portfolio, [row.pk])
        if not before:
            raise Transaction.DoesNotExist
        row.delete()
        return record(portfolio, user_id, Change.Kind.DELETED, before, [])

    return changed(portfolio, change)


def add_transactions(portfolio: Portfolio, rows: list[tuple[Transaction, str]], user_id: int) -> None:
    """Stores many (transaction, symbol) at once, all or none. Raises LedgerError."""

    def change() -> None:
        symbols = {symbol for _, symbol in rows if symbol}
        instruments = ensure_instruments(
            symbols, portfolio_id=portfolio.pk, requested_by_id=user_id, named_by_a_person=True
        )
        for row, symbol in rows:
            row.instrument = instruments[symbol] if symbol else None
        Transaction.objects.bulk_create([row for row, _ in rows])

    changed(portfolio, change)


def changed(portfolio: Portfolio, change: Callable[[], T]) -> T:
    """What `change` returns, in one commit with what follows from it.

    The revision rises first: its row lock makes a rebuild that is just storing wait, and see the new ledger.
    """
    with transaction.atomic():
        locked = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        locked.ledger_revision += 1
        locked.save(update_fields=["ledger_revision"])
        done = change()
        check_ledger(locked)
        request_rebuild(locked)
        follow(locked)
    return done


def _instrument(symbol: str, portfolio: Portfolio, user_id: int) -> Instrument | None:
    if not symbol:
        return None
    return ensure_instruments([symbol], portfolio_id=portfolio.pk, requested_by_id=user_id, named_by_a_person=True)[
        symbol
    ]


def check_ledger(portfolio: Portfolio) -> None:
    """Raises LedgerError where more is sold than held; prices and rates play no part in it.

    Splits of an instrument are known once its history is fetched, or came from files: until then only a sale of
    nothing is refused, and the rebuild after the history judges the rest.
    """
    rows = list(portfolio.transactions.select_related("instrument", "portfolio").order_by("date", "pk"))
    entries = entries_of(rows, portfolio, one)
    known = {row.instrument_id for row in rows if row.instrument and _splits_are_known(row.instrument)}
    splits = provider_splits(row.instrument_id for row in rows)
    for error in impossible(entries, splits, rules_of(portfolio), latest_date(timezone.now())):
        if error.instrument in known or not error.held:
            raise error


def _splits_are_known(instrument: Instrument) -> bool:
    return instrument.fetched_at is not None or instrument.status == Instrument.Status.MANUAL
