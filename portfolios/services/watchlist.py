"""The watchlist: who joins it is known here from then on, with a history and a quote."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from portfolios.models import Alert, Watched
from pricing.services.instruments import ensure_instruments

__all__ = ["note", "unwatch", "watch"]


def watch(user: User, symbol: str) -> tuple[Watched, bool]:
    """The row, and whether it is new; with the job that fetches a history nobody had yet, in one commit."""
    with transaction.atomic():
        instrument = ensure_instruments([symbol], requested_by_id=user.pk, named_by_a_person=True)[symbol]
        return Watched.objects.get_or_create(user=user, instrument=instrument)


def note(watched: Watched, text: str) -> None:
    watched.note = text
    watched.save(update_fields=["note"])


def unwatch(watched: Watched) -> int:
    """How many alerts went with it."""
    with transaction.atomic():
        alerts, _ = Alert.objects.filter(user_id=watched.user_id, instrument=watched.instrument_id).delete()
        watched.delete()
    return alerts
