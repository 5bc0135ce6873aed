"""What people entered themselves: instruments no source prices, and the prices of one."""

from __future__ import annotations

from django.contrib.auth.models import User

from pricing.models import Correction, Instrument


def own_instruments(user: User) -> list[Instrument]:
    """By symbol, with their latest price. One query."""
    own = Instrument.objects.filter(status=Instrument.Status.MANUAL, entered_by=user)
    return list(own.select_related("quote"))


def entered_prices(instrument: Instrument) -> list[Correction]:
    """The latest first, with who entered them. One query."""
    return list(instrument.corrections.select_related("entered_by").order_by("-session"))
