"""Exchange sessions into the database, where pages and the timetable read them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from pricing.market.calendar import ALWAYS, BY_QUOTE, CURRENCIES, DEFAULT, sessions
from pricing.models import Instrument, TradingSession

YEARS_BACK = 1  # of sessions kept ready: freshness and gaps look no further
DAYS_AHEAD = 360  # nobody looks further


def materialise(today: date) -> int:
    """How many sessions are new. Those of every calendar an instrument keeps, and of the default ones.

    Exchanges change their hours and call sessions off: the rest of this time is corrected or deleted.
    """
    used = set(Instrument.objects.exclude(calendar="").values_list("calendar", flat=True))
    start, end = today - timedelta(days=365 * YEARS_BACK), today + timedelta(days=DAYS_AHEAD)
    return sum(_store(name, start, end) for name in sorted((used | {DEFAULT, ALWAYS, CURRENCIES}) - {BY_QUOTE}))


def _store(calendar: str, start: date, end: date) -> int:
    rows = [
        TradingSession(
            calendar=calendar,
            session=s.day,
            opens_at=s.opens_at,
            closes_at=s.closes_at,
            break_starts_at=s.break_starts_at,
            break_ends_at=s.break_ends_at,
        )
        for s in sessions(calendar, start, end)
    ]
    kept = TradingSession.objects.filter(calendar=calendar, session__range=(start, end))
    with transaction.atomic():
        kept.exclude(session__in=[row.session for row in rows]).delete()
        before = kept.count()
        TradingSession.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["calendar", "session"],
            update_fields=["opens_at", "closes_at", "break_starts_at", "break_ends_at"],
        )
        return kept.count() - before
