"""What runs next, by the exchanges' sessions, and what ran last; the timetable's own rules, told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from portfolios.ranks import ranks
from pricing.market.calendar import ALWAYS, BY_QUOTE, CURRENCIES
from pricing.market.plan import QUIET_EVERY, Rank
from pricing.models import Instrument, TradingSession
from pricing.selectors import trading_now
from stocktracker.timetable import BY_QUOTE_HOUR, CLOSE_DELAY, RECONCILE_HOUR, refresh_pace

from .models import Job
from .telling import between, result_in_words

NEXT_WITHIN = timedelta(days=20)  # the longest pause of an exchange is shorter
NAMES = {
    ALWAYS: gettext_lazy("Coins, round the clock"),
    CURRENCIES: gettext_lazy("Currencies"),
    BY_QUOTE: gettext_lazy("Exchanges of unknown hours"),
}
KINDS = (  # of the timetable's own jobs
    "stocktracker.reconcile",
    "stocktracker.after_close",
    "stocktracker.warm_benchmarks",
    "pricing.refresh_quotes",
    "pricing.first_quotes",
    "pricing.materialise_sessions",
    "jobs.prune",
)


@dataclass(frozen=True, slots=True)
class Closing:
    """The running or the next session of one calendar, and when its closing prices are fetched."""

    calendar: str
    instruments: int
    opens_at: datetime | None  # None while it trades, or where nobody knows
    closes_at: datetime | None  # None after the close
    after_close_at: datetime | None

    @property
    def name(self) -> str:
        return str(NAMES.get(self.calendar, self.calendar))


@dataclass(frozen=True, slots=True)
class Refreshing:
    """Instruments that trade now: those somebody waits for, how often they are asked for, and the others."""

    wanted: int
    every: timedelta
    others: int
    others_every: timedelta

    @property
    def minutes(self) -> int:
        return int(self.every.total_seconds() // 60)

    @property
    def others_minutes(self) -> int:
        return int(self.others_every.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Plan:
    closings: list[Closing]
    reconcile_at: datetime
    refreshing: Refreshing


@dataclass(frozen=True, slots=True)
class LastRun:
    job: Job

    @property
    def ran(self) -> str:
        """How long; nothing before its end."""
        return between(self.job.started_at, self.job.finished_at)

    @property
    def result(self) -> str:
        return result_in_words(self.job.result)


def plan(now: datetime) -> Plan:
    """Ten queries, as many for one instrument as for a thousand."""
    return Plan(closings(now), _next_hour(RECONCILE_HOUR, now), refreshing(now))


def closings(now: datetime) -> list[Closing]:
    """Of each calendar an instrument keeps, the next to close first. Two queries."""
    asked = Instrument.objects.exclude(calendar="").exclude(status__in=Instrument.NEVER_ASKED)
    used = dict(asked.order_by().values_list("calendar").annotate(count=Count("pk")))
    near = TradingSession.objects.filter(
        calendar__in=list(used), closes_at__gt=now - CLOSE_DELAY, closes_at__lt=now + NEXT_WITHIN
    )
    sessions = {row.calendar: row for row in near.order_by("calendar", "closes_at").distinct("calendar")}
    found = [_closing(calendar, count, sessions.get(calendar), now) for calendar, count in used.items()]
    return sorted(found, key=lambda row: (row.after_close_at is None, row.after_close_at or now, row.calendar))


def _closing(calendar: str, count: int, session: TradingSession | None, now: datetime) -> Closing:
    if session is None:
        return Closing(calendar, count, None, None, _next_hour(BY_QUOTE_HOUR, now) if calendar == BY_QUOTE else None)
    return Closing(
        calendar,
        count,
        opens_at=session.opens_at if session.opens_at > now else None,
        closes_at=session.closes_at if session.closes_at > now else None,
        after_close_at=session.closes_at + CLOSE_DELAY,
    )


def _next_hour(hour: int, now: datetime) -> datetime:
    """The next time it is that hour, UTC."""
    today = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def refreshing(now: datetime) -> Refreshing:
    """Eight queries at most."""
    trading, known = list(trading_now(now).values_list("pk", flat=True)), ranks(now)
    wanted = sum(known.get(pk, Rank.POPULAR) < Rank.POPULAR for pk in trading)
    every = refresh_pace(wanted, now)
    return Refreshing(wanted, every, len(trading) - wanted, max(every, QUIET_EVERY))


def last_runs() -> list[LastRun]:
    """The last job of each kind the timetable asks for, of each calendar; the latest first. One query."""
    calendar = Coalesce(KT("args__calendar"), Value(""), output_field=TextField())
    jobs = Job.objects.filter(kind__in=KINDS, requested_by=None).annotate(calendar=calendar)
    latest = jobs.order_by("kind", "calendar", "-id").distinct("kind", "calendar")
    return [LastRun(job) for job in sorted(latest, key=lambda job: job.pk, reverse=True)]
