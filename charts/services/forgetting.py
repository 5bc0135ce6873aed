"""Results nobody has looked at for long, and that nobody saved or shares, are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from charts.models import Asked, Backtest

KEPT = timedelta(days=90)
KEPT_UNASKED = timedelta(days=7)  # saved strategies leave a result behind after every close that nobody asked for
AT_ONCE = 1_000


def forget(now: datetime) -> int:
    """How many results; each could be computed again from the same request."""
    Asked.objects.filter(at__lt=now - KEPT).delete()
    forgotten = 0
    while ids := list(_forgettable(now).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        # Without their curves: what is deleted is read first.
        deleted = Backtest.objects.filter(pk__in=ids, strategies=None, shares=None).only("pk").delete()[1]
        forgotten += deleted.get("charts.Backtest", 0)
    return forgotten


def _forgettable(now: datetime) -> QuerySet[Backtest]:
    asked = Exists(Asked.objects.filter(backtest=OuterRef("pk")))
    unasked = Q(~asked, computed_at__isnull=False, read_at__lt=now - KEPT_UNASKED)
    return Backtest.objects.filter(Q(read_at__lt=now - KEPT) | unasked, strategies=None, shares=None)
