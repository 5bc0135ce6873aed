"""Exchange sessions into the database, where pages and the timetable read them."""

from __future__ import annotations

from datetime import date, timedelta

from pricing.market.calendar import ALWAYS, CURRENCIES, DEFAULT, sessions
from pricing.models import Instrument, TradingSession

YEARS_BACK = 1  # of sessions kept ready: freshness and gaps look no further
DAYS_AHEAD = 360  # exchange_calendars reaches one year ahead


def materialise(today: date) -> int:
    """How many sessions are new. Those of every calendar an instrument keeps, and of the default ones."""
    used = set(Instrument.objects.exclude(calendar="").values_list("calendar", flat=True))
    rows = [
        TradingSession(calendar=name, session=s.day, opens_at=s.opens_at, closes_at=s.closes_at)
        for name in sorted(used | {DEFAULT, ALWAYS, CURRENCIES})
        for s in sessions(name, today - timedelta(days=365 * YEARS_BACK), today + timedelta(days=DAYS_AHEAD))
    ]
    before = TradingSession.objects.count()
    TradingSession.objects.bulk_create(
        rows,
        update_conflicts=True,  # exchanges change their hours
        unique_fields=["calendar", "session"],
        update_fields=["opens_at", "closes_at"],
    )
    return TradingSession.objects.count() - before
