"""Instruments of one's own, which no source prices: made, priced day by day, a price withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from portfolios.accounting.sentences import Sentence
from portfolios.services.rebuilds import request_rebuilds
from pricing.models import Correction, Instrument
from pricing.services.fixes import FixError, enter, withdraw
from pricing.services.manual import create, of_others
from stocktracker.jobs.models import Job

__all__ = ["FixError", "create", "enter", "foreign", "forget_own", "withdraw_price"]


def foreign(symbols: Iterable[str], user_id: int) -> dict[str, Sentence]:
    """{symbol: the sentence for whoever names it} of those that are somebody else's own. One query."""
    others = of_others(symbols, user_id)
    return {
        symbol: Sentence("{symbol} is somebody else's own instrument; choose another symbol.", symbol=symbol)
        for symbol in others
    }


def forget_own(user: User) -> None:
    """What this person entered, with its prices; the portfolios that held it must be gone."""
    Instrument.objects.filter(status=Instrument.Status.MANUAL, entered_by=user).delete()


def withdraw_price(correction: Correction, user: User) -> Job:
    """Whoever holds it is rebuilt at once: the job that follows finds the price gone already, and nothing to change."""
    with transaction.atomic():
        job = withdraw(correction, user)
        if correction.instrument.status == Instrument.Status.MANUAL:
            request_rebuilds([correction.instrument_id])
    return job
