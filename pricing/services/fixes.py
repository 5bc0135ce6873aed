"""What a person can do about a price that looks wrong: fetch again, take it, ignore it, enter it, follow a renaming.

Light enough for pages: what needs the source or many bars is left to a job.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isclose

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from pricing.market.adjusting import Ratio, shares_since
from pricing.market.quality import REFUSED_ANSWERS, Kind
from pricing.market.symbols import SYMBOL
from pricing.models import PRICE_DECIMALS, Bar, Correction, Finding, Instrument, Quote, Split
from stocktracker.jobs.models import Job
from stocktracker.jobs.services import enqueue

SAME = 1e-9  # share: what two ways of dividing by the same splits differ by is less
DAY_ENDS = time(23, 59)  # UTC: who enters a price knows its day, not its hour


EASTERNMOST = timedelta(hours=14)  # a day that has begun anywhere can be entered


class FixError(ValueError):
    """A sentence: why it cannot be done."""


def refetch(instrument: Instrument, user: User) -> Job:
    """The whole history again, before everything else."""
    return _backfill(instrument, user, trusted=False)


def take(finding: Finding, user: User) -> Job:
    """The person says that the refused answer is right: it is fetched again and believed. Raises FixError."""
    if finding.kind not in REFUSED_ANSWERS:
        raise FixError(_("There is no refused answer to take: fetch the history again, or enter the price."))
    return _backfill(finding.instrument, user, trusted=True)


def _backfill(instrument: Instrument, user: User, *, trusted: bool) -> Job:
    if instrument.status == Instrument.Status.MANUAL:
        told = _("%(symbol)s is priced by hand or from files: there is no source to fetch it from.")
        raise FixError(told % {"symbol": instrument})
    return enqueue(
        "stocktracker.backfill",
        key=f"backfill:{instrument.symbol}{':trusted' if trusted else ''}",
        priority=1,
        requested_by_id=user.pk,
        symbol=instrument.symbol,
        trusted=trusted,
    )


def ignore(finding: Finding, now: datetime) -> None:
    """It is all right as it is: not told again, as long as the same is found."""
    Finding.objects.filter(pk=finding.pk).update(ignored_at=now)


def heed(finding: Finding) -> None:
    """No longer ignored."""
    Finding.objects.filter(pk=finding.pk).update(ignored_at=None)


def enter(instrument: Instrument, session: date, close: float, user: User, now: datetime) -> Job:
    """A close that the person knows better, in the units of today's shares; a job lays it over the history."""
    if session > (now + EASTERNMOST).date():
        raise FixError(_("%(day)s has not come yet: enter the close of a day that is over.") % {"day": session})
    with transaction.atomic():
        Correction.objects.update_or_create(
            instrument=instrument,
            session=session,
            defaults={"close": close, "shares": _shares(instrument, session), "entered_at": now, "entered_by": user},
        )
        instrument.findings.filter(day=session, kind__in=(Kind.BAR, Kind.GAP, Kind.CLOSE)).delete()
        return _apply(instrument, user)


def withdraw(correction: Correction, user: User) -> Job:
    """What was entered goes, with the bar it made; the source's own history is fetched again, where there is one."""
    instrument = correction.instrument
    with transaction.atomic():
        correction.delete()
        _take_back(correction)
        job = _apply(instrument, user)
        return job if instrument.status == Instrument.Status.MANUAL else refetch(instrument, user)


def _take_back(correction: Correction) -> None:
    """The bar, if it is the correction's own: one of a file stays. The last price is that of the last bar again."""
    bar = Bar.objects.filter(instrument=correction.instrument, session=correction.session)
    close = correction.close * correction.shares / _shares(correction.instrument, correction.session)
    if not any(isclose(stored, close, rel_tol=SAME) for stored in bar.values_list("close", flat=True)):
        return
    bar.delete()
    correction.instrument.findings.filter(day=correction.session).delete()
    Instrument.objects.filter(pk=correction.instrument_id).update(revision=F("revision") + 1)
    if correction.instrument.status == Instrument.Status.MANUAL:
        _requote(correction.instrument)


def _shares(instrument: Instrument, session: date) -> float:
    """How many shares one of that day has become, by the splits that are known now: a shown price is divided by it."""
    known = Split.objects.filter(instrument=instrument)
    return shares_since(session, [Ratio(row.ex_date, float(row.numerator / row.denominator)) for row in known])


def _requote(instrument: Instrument) -> None:
    """Without a bar there is no price at all."""
    last = Bar.objects.filter(instrument=instrument).order_by("-session").first()
    quote = Quote.objects.filter(instrument=instrument).first()
    if quote is None:
        return
    if last is None:
        quote.delete()
        return
    quote.price = round(Decimal(repr(last.close)), PRICE_DECIMALS)
    quote.at = quote.fetched_at = min(quote.at, datetime.combine(last.session, DAY_ENDS, UTC))
    quote.save(update_fields=["price", "at", "fetched_at"])


def _apply(instrument: Instrument, user: User) -> Job:
    return enqueue("stocktracker.correct", priority=1, requested_by_id=user.pk, symbol=instrument.symbol)


def rename(instrument: Instrument, symbol: str, user: User) -> Job:
    """Its transactions and history go on under a new symbol. Raises FixError."""
    wanted = symbol.strip().upper()
    if not SYMBOL.fullmatch(wanted):
        told = _("%(text)r is no symbol: write it as the price source does, like AAPL or VOD.L.")
        raise FixError(told % {"text": symbol})
    if instrument.status not in (Instrument.Status.DELISTED, Instrument.Status.UNKNOWN):
        told = _("%(symbol)s is not delisted and not unknown: only such a symbol can have been renamed.")
        raise FixError(told % {"symbol": instrument})
    status = Instrument.Status.ACTIVE if instrument.fetched_at else Instrument.Status.NEW
    try:
        with transaction.atomic():
            Instrument.objects.filter(pk=instrument.pk).update(symbol=wanted, status=status, strikes=0, struck_on=None)
            instrument.refresh_from_db()
            return refetch(instrument, user)
    except IntegrityError as error:
        instrument.refresh_from_db()
        told = _("%(symbol)s is an instrument of its own here: two histories cannot become one.")
        raise FixError(told % {"symbol": wanted}) from error
