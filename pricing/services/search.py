"""Ask the source what a text may mean, and what stands behind a symbol."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from pricing import gateway, lookup
from pricing.models import TOPIC_LENGTH, Instrument
from pricing.upstream.client import NoData, Profile, SymbolNotFound, UpstreamError

DESCRIBED_EVERY = timedelta(days=30)  # companies seldom change their business
DESCRIBED_A_DAY = 20  # at most: descriptions wait, prices do not
COMPANIES = ("EQUITY",)  # of funds, coins and currencies the source has no such description


def search(text: str) -> int:
    """How many were found. The answer is kept for whoever asks, also that there is none."""
    try:
        found = gateway.search(text)
    except (gateway.RefusedError, UpstreamError) as error:
        lookup.keep(text, failure=str(error))
        return 0
    lookup.keep(text, found)
    return len(found)


def undescribed(now: datetime) -> list[Instrument]:
    """Companies whose sector was never asked for, or long ago; the first ones first."""
    due = Q(described_at=None) | Q(described_at__lt=now - DESCRIBED_EVERY)
    rows = Instrument.objects.filter(due, status=Instrument.Status.ACTIVE, quote_type__in=COMPANIES)
    return list(rows.order_by(F("described_at").asc(nulls_first=True), "symbol")[:DESCRIBED_A_DAY])


def describe_company(instrument: Instrument, now: datetime) -> None:
    """Sector, industry and country, in one request. Raises gateway.RefusedError or an UpstreamError."""
    try:
        profile = gateway.profile(instrument.symbol)
    except (SymbolNotFound, NoData):
        profile = Profile(instrument.sector, instrument.industry, instrument.country)  # as far as anybody knew
    for name in ("sector", "industry", "country"):
        setattr(instrument, name, getattr(profile, name)[:TOPIC_LENGTH])
    instrument.described_at = now
    instrument.save(update_fields=["sector", "industry", "country", "described_at"])
