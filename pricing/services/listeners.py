"""Who is told of new quotes, in the transaction that stores them: functions a setting names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string


def tell_of_quotes(instruments: Collection[int], now: datetime) -> None:
    """Each listener is given the ids of the instruments and the time. Joins the caller's transaction."""
    if not instruments:
        return
    for name in settings.QUOTE_LISTENERS:
        import_string(name)(instruments, now)
