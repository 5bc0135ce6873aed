"""Quantities, the latest price and the prices of alerts after a split, at the moment its history is swapped in."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F

from portfolios.models import Alert, Holding, Portfolio
from pricing.models import Instrument, Quote


def rescale(instrument: Instrument, shares: float) -> None:
    """`shares`: new ones for an old one. Values stay what they are; the rebuild says it exactly. Joins the caller's
    transaction.
    """
    by = Decimal(repr(shares))
    held = Portfolio.objects.filter(pk__in=Holding.objects.filter(instrument=instrument).values("portfolio"))
    # A rebuild that is just storing ends first, or sees the new prices. Combined ones last, as in `follow`.
    list(held.select_for_update().order_by("is_combined", "pk"))
    Holding.objects.filter(instrument=instrument).update(quantity=F("quantity") * by, last_price=F("last_price") / by)
    alerts = Alert.objects.filter(instrument=instrument)
    alerts.exclude(kind=Alert.Kind.MOVE).update(threshold=F("threshold") / by)
    alerts.update(triggered_price=F("triggered_price") / by)
    prices = ("price", "previous_close", "open", "high", "low")
    Quote.objects.filter(instrument=instrument).update(**{name: F(name) / by for name in prices})
