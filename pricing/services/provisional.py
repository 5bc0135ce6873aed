"""After the close a quote is its session's bar, until a history says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
from django.db import transaction
from django.db.models import F

from pricing.market.bars import RECORD, provisional
from pricing.models import Instrument
from pricing.packed import merge
from pricing.services.judging import session_of
from pricing.upstream.client import QuoteRow


def store_provisional_bars(
    instruments: Iterable[Instrument], rows: Mapping[str, QuoteRow], session: date | None = None
) -> list[int]:
    """Ids of those that got one or a better one: of that session, or without one of the session of each quote.

    Bars of a history (up to `Instrument.checked_to`) are never touched.
    """
    days = {row.pk: (session_of(rows[row.symbol]), rows[row.symbol]) for row in instruments if row.symbol in rows}
    with transaction.atomic():
        # as they are now: a history may have been swapped in while quotes were on their way
        locked = Instrument.objects.select_for_update(no_key=True).filter(pk__in=days).order_by("pk")
        fields = [
            provisional(row.pk, day, quote)
            for row in locked
            for day, quote in [days[row.pk]]
            if session in (None, day) and not _is_stated(row, day)
        ]
        changed = list(merge(np.array(fields, dtype=RECORD)))
        Instrument.objects.filter(pk__in=changed).update(revision=F("revision") + 1)
    return changed


def _is_stated(instrument: Instrument, session: date) -> bool:
    return instrument.checked_to is not None and session <= instrument.checked_to
