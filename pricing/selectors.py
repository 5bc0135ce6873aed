"""Reads of the pricing app: sessions around now, instruments to refresh, gaps and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from .market.calendar import ALWAYS, CURRENCIES
from .market.freshness import Hours
from .models import Bar, Finding, Instrument, TradingSession, Upstream

AROUND = timedelta(days=12)  # the longest pause of an exchange is shorter
NO_HOURS = Hours(None, None, None, None, None)


def hours(calendars: Iterable[str], now: datetime) -> dict[str, Hours]:
    """{calendar: the sessions around now}. One query."""
    wanted = set(calendars)
    near: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    sessions = TradingSession.objects.filter(
        calendar__in=wanted, closes_at__gte=now - AROUND, opens_at__lte=now + AROUND
    ).order_by("opens_at")
    for calendar, opens_at, closes_at in sessions.values_list("calendar", "opens_at", "closes_at"):
        near[calendar].append((opens_at, closes_at))
    return {calendar: _hours(near[calendar], now) for calendar in wanted}


def _hours(sessions: list[tuple[datetime, datetime]], now: datetime) -> Hours:
    """Of sessions as (open, close), in order."""
    ended = [session for session in sessions if session[1] <= now]
    return Hours(
        last_open=ended[-1][0] if ended else None,
        last_close=ended[-1][1] if ended else None,
        previous_close=ended[-2][1] if len(ended) > 1 else None,
        closes_at=next((closes_at for opens_at, closes_at in sessions if opens_at <= now < closes_at), None),
        next_open=next((opens_at for opens_at, _ in sessions if opens_at > now), None),
    )


def refusal(now: datetime) -> str:
    """Why nothing is asked of the price source now; empty while it is asked. One query."""
    return Upstream.objects.why_refused(now).first() or ""


def trading_now(now: datetime) -> QuerySet[Instrument]:
    """Instruments whose exchange is open, and that the price source is asked about."""
    running = TradingSession.objects.filter(calendar=OuterRef("calendar"), opens_at__lte=now, closes_at__gt=now)
    return Instrument.objects.filter(Exists(running)).exclude(status__in=Instrument.NEVER_ASKED)


def exchange_is_open(now: datetime) -> bool:
    """Whether an instrument trades whose market ever closes."""
    return trading_now(now).exclude(calendar__in=(ALWAYS, CURRENCIES)).exists()


def last_closed_sessions(now: datetime, after: timedelta) -> list[TradingSession]:
    """For each calendar in use the last session that ended at least `after` ago. One query."""
    ended = TradingSession.objects.filter(closes_at__lte=now - after, calendar__in=calendars_in_use())
    return list(ended.order_by("calendar", "-session").distinct("calendar"))


def calendars_in_use() -> QuerySet[Instrument, str]:
    return (
        Instrument.objects.exclude(calendar="")
        .exclude(status__in=Instrument.NEVER_ASKED)
        .order_by()
        .values_list("calendar", flat=True)
        .distinct()
    )


def preceding_session(calendar: str, session: date) -> date | None:
    """The session before that day; None where none is known."""
    before = TradingSession.objects.filter(calendar=calendar, session__lt=session)
    return before.order_by("-session").values_list("session", flat=True).first()


def with_gap(calendar: str, session: date) -> QuerySet[Instrument]:
    """Active instruments of this calendar without a bar of the session that precedes `session`.

    Bars of `session` itself say nothing: they may be provisional, with days missing before them.
    """
    before = preceding_session(calendar, session)
    bars = Bar.objects.filter(instrument=OuterRef("pk"))
    active = Instrument.objects.filter(calendar=calendar, status=Instrument.Status.ACTIVE)
    return active.filter(~Exists(bars.filter(session=before) if before else bars))


def findings(instruments: Iterable[int]) -> list[Finding]:
    """What looks wrong in their histories, with the instrument, by symbol and day. One query."""
    found = Finding.objects.filter(instrument__in=list(instruments)).select_related("instrument")
    return list(found.order_by("instrument__symbol", "day", "kind"))
