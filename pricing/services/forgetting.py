"""Forget what files said of a symbol, and ask the price source for it instead."""

from __future__ import annotations

from django.db import transaction

from pricing.models import Bar, Dividend, Finding, Instrument, Quote, Split
from pricing.services.instruments import ensure_instruments


class NotFromFilesError(ValueError):
    """A sentence: only what files said can be forgotten."""


def forget(symbol: str) -> Instrument:
    """As it was when it was first named, with its backfill job; whoever depends on it is the caller's to rebuild.

    Joins the caller's transaction. Raises NotFromFilesError.
    """
    wanted = symbol.strip().upper()
    with transaction.atomic():
        manual = Instrument.objects.select_for_update().filter(symbol=wanted, status=Instrument.Status.MANUAL)
        instrument = manual.first()
        if instrument is None:
            raise NotFromFilesError(f"{wanted} is not priced from files, so there is nothing to forget.")
        for told in (Bar, Dividend, Split, Quote, Finding):
            told.objects.filter(instrument=instrument).delete()
        blank = Instrument(pk=instrument.pk, symbol=wanted, revision=instrument.revision + 1)
        blank.save(force_update=True)
        return ensure_instruments([wanted])[wanted]
