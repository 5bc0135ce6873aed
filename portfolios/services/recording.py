"""Change rows: what a change of the ledger leaves behind, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from portfolios.models import Change, ImportBatch, Portfolio
from portfolios.recorded import Row, rows_of, summary_of

KEPT = timedelta(days=90)


def record(
    portfolio: Portfolio, user_id: int, kind: Change.Kind, before: Sequence[Row], numbers: Iterable[int]
) -> Change:
    """`numbers`: of the rows it left, as they are stored now. Joins the caller's transaction."""
    after = rows_of(portfolio, numbers)
    return Change.objects.create(portfolio=portfolio, user_id=user_id, kind=kind, before=list(before), after=after)


def record_import(batch: ImportBatch, user_id: int) -> Change:
    """Joins the caller's transaction."""
    return Change.objects.create(
        portfolio=batch.portfolio, user_id=user_id, kind=Change.Kind.IMPORTED, batch=batch, after=[summary_of(batch)]
    )


def forget(now: datetime) -> int:
    """How many changes were forgotten: nobody takes those back any more."""
    gone, _ = Change.objects.filter(made_at__lt=now - KEPT).delete()
    return gone
