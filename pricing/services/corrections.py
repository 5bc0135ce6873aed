"""Lay what people entered over the bars that are stored, without asking the source."""

from __future__ import annotations

from django.db import transaction

from pricing.market.bars import records
from pricing.models import Bar, Instrument
from pricing.packed import merge
from pricing.services.histories import corrected, stored_splits
from pricing.upstream.client import Bar as UpstreamBar


def apply_corrections(instrument: Instrument) -> int:
    """How many bars changed. Joins the caller's transaction."""
    with transaction.atomic():
        row = Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
        stored = Bar.objects.filter(instrument=row).order_by("session")
        bars = [
            UpstreamBar(*values)
            for values in stored.values_list("session", "open", "high", "low", "close", "adjusted_close", "volume")
        ]
        changed = sum(merge(records(row.pk, corrected(row, bars, stored_splits(row)))).values())
        if changed:
            row.revision += 1
            row.save(update_fields=["revision"])
        return changed
