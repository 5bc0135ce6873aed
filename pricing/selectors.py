"""Reads of the pricing app: sessions around now, instruments to refresh, gaps and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from .market.calendar import ALWAYS, BY_QUOTE, CURRENCIES, Session
from .market.freshness import TRADES, Hours
from .market.plan import REFRESH_EVERY
from .market.quality import Kind
from .models import Bar, Breaker, Dividend, Finding, Instrument, Quote, TradingSession, Upstream
from .upstream.client import PRIMARY
from .upstream.pacing import Limits, turned

AROUND = timedelta(days=12)  # the longest pause of an exchange is shorter
GAPS_WITHIN = timedelta(days=10)  # older gaps are found by the weekly check of the whole history
SETTLED = timedelta(hours=8)  # after the close a source may still have no bar of the session
UNKNOWN_DAYS = 3  # on which a new symbol may be unknown before it is believed to be none
STATED_WITHIN = timedelta(days=3)  # after it: what is missing then has no price
TICK = timedelta.resolution
NO_HOURS = Hours(None, None, None, None, None)
LOOK_EVERY = timedelta(minutes=25)  # at a market of unknown hours; less than 30, or a half-hourly refresh would miss it
_SESSION = ("session", "opens_at", "closes_at", "break_starts_at", "break_ends_at")  # the fields of a Session


def hours(calendars: Iterable[str], now: datetime) -> dict[str, Hours]:
    """{calendar: the sessions around now}. One query."""
    wanted = set(calendars)
    near: dict[str, list[Session]] = defaultdict(list)
    rows = TradingSession.objects.filter(
        calendar__in=wanted, closes_at__gte=now - AROUND, opens_at__lte=now + AROUND
    ).order_by("opens_at")
    for calendar, *session in rows.values_list("calendar", *_SESSION):
        near[calendar].append(Session(*session))
    return {calendar: _hours(near[calendar], now) for calendar in wanted}


def _hours(sessions: list[Session], now: datetime) -> Hours:
    """Of sessions in order."""
    ended: list[Session | None] = [None, None, *(one for one in sessions if one.closes_at <= now)]
    running = next((one for one in sessions if one.opens_at <= now < one.closes_at), None)
    following = next((one.opens_at for one in sessions if one.opens_at > now), None)
    before, last = ended[-2:]
    if running and running.rests_at(now):
        return Hours(
            last_open=running.opens_at,
            last_close=running.break_starts_at,
            previous_close=last.closes_at if last else None,
            closes_at=None,
            next_open=running.break_ends_at,
        )
    return Hours(
        last_open=last.opens_at if last else None,
        last_close=last.closes_at if last else None,
        previous_close=before.closes_at if before else None,
        closes_at=running.closes_at if running else None,
        next_open=following,
    )


def refusal(now: datetime) -> str:
    """Why nothing is asked of the price source now; empty while it is asked. One query."""
    return Breaker.objects.why_refused(now).first() or ""


def trading_now(now: datetime) -> QuerySet[Instrument]:
    """Instruments whose exchange is open, and that the price source is asked about.

    Where its hours are not known the last quote says whether it is; that one is looked at again every LOOK_EVERY.
    """
    to_look_at = Q(quote__isnull=True) | Q(quote__fetched_at__lt=now - LOOK_EVERY) | Q(quote__market_state=TRADES)
    open_or_unknown = Q(_in_session(now)) | Q(_hours_unknown(now)) & to_look_at
    return Instrument.objects.filter(open_or_unknown).exclude(status__in=Instrument.NEVER_ASKED)


def to_refresh(now: datetime) -> QuerySet[Instrument]:
    """What trades, and what has just stopped, for the day or for lunch: its last price is asked for at once."""
    just_now = (now - REFRESH_EVERY + TICK, now)
    closes = Q(closes_at__range=just_now) | Q(break_starts_at__range=just_now)
    closing = TradingSession.objects.filter(closes, calendar=OuterRef("calendar"))
    just_closed = Instrument.objects.filter(Exists(closing)).exclude(status__in=Instrument.NEVER_ASKED)
    return trading_now(now) | just_closed


def quoted_since(moment: datetime) -> set[int]:
    """Ids of instruments whose quote was asked for since then. One query."""
    return set(Quote.objects.filter(fetched_at__gte=moment).values_list("instrument", flat=True))


def without_quote() -> QuerySet[Instrument]:
    """Instruments with a history that wait for their first quote."""
    priced = Instrument.objects.filter(quote=None, fetched_at__isnull=False)
    return priced.exclude(status__in=Instrument.NEVER_ASKED)


def exchange_is_open(now: datetime) -> bool:
    """Whether an instrument trades whose market ever closes, as far as anybody knows."""
    quoted = Q(quote__market_state=TRADES, quote__fetched_at__gte=now - LOOK_EVERY)
    known = trading_now(now).filter(Q(_in_session(now)) | quoted)
    return known.exclude(calendar__in=(ALWAYS, CURRENCIES)).exists()


def _in_session(now: datetime) -> Exists:
    """Its lunch break is not."""
    sessions = TradingSession.objects.filter(calendar=OuterRef("calendar"), opens_at__lte=now, closes_at__gt=now)
    return Exists(sessions.exclude(break_starts_at__lte=now, break_ends_at__gt=now))


def _hours_unknown(now: datetime) -> Q:
    """Nobody records the sessions of its exchange, or the last recorded one has ended."""
    recorded = TradingSession.objects.filter(calendar=OuterRef("calendar"))
    return Q(calendar=BY_QUOTE) | Q(Exists(recorded)) & ~Q(Exists(recorded.filter(closes_at__gt=now)))


def last_closed_sessions(now: datetime, after: timedelta) -> list[TradingSession]:
    """For each calendar in use the last session that ended at least `after` ago. One query."""
    ended = TradingSession.objects.filter(closes_at__lte=now - after, calendar__in=calendars_in_use())
    return list(ended.order_by("calendar", "-session").distinct("calendar"))


def unrecorded_calendars(now: datetime) -> list[str]:
    """Calendars in use whose hours nobody records, or no longer: BY_QUOTE, and exchanges whose records have run out."""
    recorded = set(TradingSession.objects.filter(closes_at__gt=now).values_list("calendar", flat=True).distinct())
    begun = {*TradingSession.objects.values_list("calendar", flat=True).distinct(), BY_QUOTE}
    return [name for name in calendars_in_use() if name in begun - recorded]


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


def with_gaps(now: datetime) -> list[int]:
    """Ids of priced instruments without a bar of a session that ended lately and may still be stated. Three queries.

    A provisional bar is a bar. A history fetched long after the session that still lacks it will not have it later.
    """
    near = TradingSession.objects.filter(closes_at__gt=now - GAPS_WITHIN, closes_at__lte=now - SETTLED)
    sessions: dict[str, list[tuple[date, datetime]]] = defaultdict(list)
    for calendar, session, closes_at in near.values_list("calendar", "session", "closes_at"):
        sessions[calendar].append((session, closes_at))
    priced = Instrument.objects.filter(status=Instrument.Status.ACTIVE, calendar__in=sessions, fetched_at__isnull=False)
    first = min((session for days in sessions.values() for session, _ in days), default=now.date())
    bars = set(Bar.objects.filter(session__gte=first).values_list("instrument", "session"))
    return [
        pk
        for pk, calendar, fetched_at in priced.values_list("pk", "calendar", "fetched_at")
        if fetched_at
        and any(
            (pk, day) not in bars and fetched_at < closes_at + STATED_WITHIN for day, closes_at in sessions[calendar]
        )
    ]


def upstream_limits() -> Limits:
    """How fast each source may be asked, as the settings say."""
    return Limits(
        per_second=settings.UPSTREAM_PER_SECOND,
        burst=settings.UPSTREAM_BURST,
        per_hour=settings.UPSTREAM_PER_HOUR,
        per_day=settings.UPSTREAM_PER_DAY,
    )


def spent_today(now: datetime, source: str = PRIMARY) -> int:
    """Requests of this day (UTC). One query."""
    row = Upstream.objects.filter(name=source).first()
    return turned(row.pace, now).day_count if row else 0


def doubted(now: datetime) -> list[int]:
    """Ids of those to be asked for again each day: an answer was refused, or a new symbol was not known at first."""
    today = now.astimezone(UTC).date()
    refused = Q(findings__kind__in=(Kind.CURRENCY, Kind.HISTORY, Kind.UNDIVIDED), status=Instrument.Status.ACTIVE)
    unknown = Q(status=Instrument.Status.UNKNOWN, strikes__lt=UNKNOWN_DAYS, struck_on__lt=today)
    return list(Instrument.objects.filter(refused | unknown).order_by("pk").values_list("pk", flat=True).distinct())


def histories() -> list[tuple[int, datetime]]:
    """(instrument, when its history was asked for) of those checked in turn: not who trades round the clock."""
    states = [Instrument.Status.ACTIVE, Instrument.Status.DELISTED]
    rows = Instrument.objects.filter(status__in=states, fetched_at__isnull=False)
    in_turn = rows.exclude(calendar__in=(ALWAYS, CURRENCIES), status=Instrument.Status.ACTIVE)
    asked = in_turn.order_by("pk").values_list("pk", Coalesce("asked_at", "fetched_at"))
    return [(pk, at) for pk, at in asked if at]


def dividend_days(since: date) -> dict[int, list[date]]:
    """{instrument: its ex-dates since then}, of those that are priced. One query."""
    days: dict[int, list[date]] = defaultdict(list)
    rows = Dividend.objects.filter(ex_date__gte=since, instrument__status=Instrument.Status.ACTIVE)
    for pk, ex_date in rows.values_list("instrument", "ex_date"):
        days[pk].append(ex_date)
    return days


def findings(instruments: Iterable[int]) -> list[Finding]:
    """What looks wrong with their prices and is not ignored, with the instrument, by symbol and day. One query."""
    found = Finding.objects.filter(instrument__in=list(instruments), ignored_at=None).select_related("instrument")
    return list(found.order_by("instrument__symbol", "day", "kind"))
