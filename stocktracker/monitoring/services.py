"""What staff can do about an instrument's prices: pricing's own remedies, and a second source."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portfolios.services.instruments import withdraw_price
from pricing.models import Instrument
from pricing.services.fixes import FixError, enter, heed, ignore, refetch, rename, take

__all__ = ["FixError", "choose_second_source", "enter", "heed", "ignore", "refetch", "rename", "take", "withdraw_price"]


def choose_second_source(instrument: Instrument, name: str) -> None:
    """Empty: none. Raises FixError for what no source prices at all."""
    with transaction.atomic():
        row = Instrument.objects.select_for_update().get(pk=instrument.pk)
        if row.status == Instrument.Status.MANUAL:
            told = _("%(row)s is priced by hand or from files: there is nothing a second source could add to.")
            raise FixError(told % {"row": row})
        row.second_source = name
        row.save(update_fields=["second_source"])
