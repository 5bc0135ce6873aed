"""Who the source no longer knows: three strikes on three days, then it is called delisted. Its history stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import F, Q

from pricing.market.quality import Finding, Kind
from pricing.models import Instrument
from pricing.services.findings import add_finding

STRIKES = 3  # days: a source forgets a symbol for an evening now and then


def strike(instruments: Iterable[Instrument], now: datetime) -> list[Instrument]:
    """One strike a day (UTC) for each that is priced; those that had their last one are returned, marked."""
    today = now.astimezone(UTC).date()
    priced = Instrument.objects.filter(pk__in=[row.pk for row in instruments], status=Instrument.Status.ACTIVE)
    with transaction.atomic():
        priced.filter(Q(struck_on=None) | Q(struck_on__lt=today)).update(strikes=F("strikes") + 1, struck_on=today)
        out = list(priced.filter(strikes__gte=STRIKES).select_for_update(no_key=True))
        Instrument.objects.filter(pk__in=[row.pk for row in out]).update(status=Instrument.Status.DELISTED)
        for instrument in out:
            add_finding(instrument, _delisted(instrument, today), now)
    return out


def _delisted(instrument: Instrument, today: date) -> Finding:
    last = instrument.checked_to
    kept = f" Its prices until {last} are kept." if last else " The prices there are of it are kept."
    message = (
        f"The price source has not known {instrument.symbol} on {STRIKES} days: it is delisted, or was renamed.{kept} "
        "It is asked for again once a week."
    )
    return Finding(Kind.DELISTED, today, message)


def forgive(instruments: Iterable[int]) -> None:
    """These were answered: earlier strikes are forgotten; the delisted are priced again, the unknown get a history."""
    answered = Instrument.objects.filter(pk__in=list(instruments))
    answered.filter(strikes__gt=0).update(strikes=0, struck_on=None)
    answered.filter(status=Instrument.Status.DELISTED).update(status=Instrument.Status.ACTIVE)
    answered.filter(status=Instrument.Status.UNKNOWN).update(status=Instrument.Status.NEW)
