"""Taking back a change of the ledger, as long as what it left is still there as it left it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolios.models import Change, ImportBatch, Portfolio, Transaction
from portfolios.recorded import Row, rows_of, summary_of, transaction_of
from portfolios.services.transactions import changed
from pricing.models import Instrument


class UndoError(ValueError):
    """Why a change cannot be taken back any more, as a sentence."""


def undo(change: Change) -> None:
    """Everything is as it was before, the rows' own numbers included; or nothing is done.

    Raises UndoError, or LedgerError where the ledger would not add up without the change.
    """
    with transaction.atomic():
        portfolio = Portfolio.objects.select_for_update().get(pk=change.portfolio_id)
        locked = Change.objects.select_for_update().get(pk=change.pk)
        _refuse(portfolio, locked)
        changed(portfolio, lambda: _restore(portfolio, locked))
        locked.undone_at = timezone.now()
        locked.save(update_fields=["undone_at"])


def _refuse(portfolio: Portfolio, change: Change) -> None:
    if change.undone_at:
        raise UndoError(_("It is undone already."))
    if change.batch:
        _refuse_import(change.batch, change.after)
        return
    if rows_of(portfolio, _numbers(change)) != change.after:
        raise UndoError(_("It has been changed again since. Undo the later change first."))
    known = {row["instrument_id"] for row in change.before} - {None}
    if Instrument.objects.filter(pk__in=known).count() < len(known):
        raise UndoError(_("Its instrument is not here any more."))
    for row in change.before:
        _refuse_double(portfolio, change, row)


def _refuse_import(batch: ImportBatch, after: list[Row]) -> None:
    if [summary_of(batch)] != after:
        raise UndoError(_("Some of its transactions have been changed since. Undo those changes first."))


def _refuse_double(portfolio: Portfolio, change: Change, row: Row) -> None:
    """Somebody may have imported it again."""
    same = portfolio.transactions.filter(account=row["account"], external_id=row["external_id"])
    if row["external_id"] and same.exclude(pk__in=_numbers(change)).exists():
        raise UndoError(_("A transaction with the same number of the broker is there already."))


def _numbers(change: Change) -> set[int]:
    """Of the rows it touched."""
    return {row["id"] for row in [*change.before, *change.after]}


def _restore(portfolio: Portfolio, change: Change) -> None:
    if change.batch:
        change.batch.transactions.all().delete()
        return
    batches = set(ImportBatch.objects.filter(portfolio=portfolio).values_list("pk", flat=True))
    portfolio.transactions.filter(pk__in=[row["id"] for row in change.after]).delete()
    rows = [row if row["batch_id"] in batches else row | {"batch_id": None} for row in change.before]
    Transaction.objects.bulk_create([transaction_of(portfolio, row) for row in rows])
