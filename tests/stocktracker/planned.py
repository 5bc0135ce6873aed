"""What the timetable plans, minute by minute of New York."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portfolios.models import Holding
from pricing.models import Instrument, Quote
from stocktracker.jobs.models import Job, State
from stocktracker.timetable import plan

Exchange = Callable[..., None]
Held = Callable[..., Holding]
NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)


def new_york(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


def new_keys(now: datetime) -> list[str]:
    """Keys of the jobs that were not there before, but for the daily tidying; their work is done at once."""
    before = set(Job.objects.values_list("pk", flat=True))
    planned = plan(now)
    for job in planned:
        quoted(job.args.get("symbols", []), now)
    Job.objects.update(state=State.DONE)
    daily = ("sessions:", "prune:", "forget:", "forget_backtests:", "reconcile:")
    return [str(job.key) for job in planned if job.pk not in before and not str(job.key).startswith(daily)]


def quoted(symbols: list[str], now: datetime) -> None:
    """What a refresh leaves behind."""
    for instrument in Instrument.objects.filter(symbol__in=symbols):
        Quote.objects.update_or_create(instrument=instrument, defaults={"price": 1, "at": now, "fetched_at": now})


def planned_between(start: datetime, end: datetime, every: timedelta) -> dict[str, datetime]:
    """{key: when it was first planned} by a planner that looks every so often, both ends included."""
    found: dict[str, datetime] = {}
    now = start
    while now <= end:
        found |= {key: now for key in new_keys(now) if key not in found}
        now += every
    return found
