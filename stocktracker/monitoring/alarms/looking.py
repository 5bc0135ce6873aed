"""Reads what the rules judge: a rule whose facts cannot be read now is not judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from redis import RedisError

from pricing.counters import layers_of
from pricing.models import Breaker, Upstream
from pricing.selectors import last_closed_sessions, upstream_limits
from pricing.upstream.circuit import Forced, State
from pricing.upstream.pacing import turned
from stocktracker.jobs.health import problems
from stocktracker.jobs.models import Job
from stocktracker.jobs.models import State as JobState
from stocktracker.metrics import reading
from stocktracker.metrics.processes import GONE_AFTER_SECONDS, alive
from stocktracker.metrics.series import Numbers
from stocktracker.timetable import CLOSE_DELAY, LATEST_START

from . import rules
from .rules import Found

FIVE_MINUTES, HOUR = timedelta(minutes=5), timedelta(hours=1)
HEALTH = ("redis", "worker", "beat", "sweep", "queue")  # codes of jobs.health
SIGNS = {"worker", "beat", "sweep"}  # of life, which Redis has


@dataclass(frozen=True, slots=True)
class Look:
    """`judged`: rules whose facts could be read; an alarm of any other stays as it is."""

    judged: frozenset[str]
    found: tuple[Found, ...]


def look(now: datetime) -> Look:
    judged: set[str] = set()
    found: list[Found] = []
    for names, judge in JUDGES:
        try:
            found += judge(now)
        except RedisError:
            continue
        judged.update(names)
    if any(one.rule == "redis" for one in found):
        judged -= SIGNS
    return Look(frozenset(judged), tuple(found))


def _health(now: datetime) -> Iterable[Found]:
    return [Found(one.code, "", {"text": one.text}) for one in problems(now)]


def _web(_now: datetime) -> Iterable[Found]:
    if not any(one.kind == "web" for one in alive()):
        yield Found("web", "", {"seconds": int(GONE_AFTER_SECONDS)})


def _requests(now: datetime) -> Iterable[Found]:
    limits, minutes = settings.ALARM_LIMITS, reading.last(FIVE_MINUTES, now)
    yield from rules.slow_pages(minutes, limits["page_seconds"])
    yield from rules.asking_pages(minutes, limits["asked"])
    yield from rules.errors(minutes, limits["error_rate"])


def _hour(now: datetime) -> Iterable[Found]:
    limits, hour = settings.ALARM_LIMITS, reading.last(HOUR, now)
    yield from rules.failed_jobs(hour, limits["error_rate"])
    yield from _hit_rate(hour, limits["hit_rate"])


def _hit_rate(hour: Numbers, least: float) -> Iterable[Found]:
    layers = layers_of(hour)
    hits = layers.memory_hits + layers.database_hits
    return rules.low_hit_rate(hits, layers.database_misses, least)


def _breakers(now: datetime) -> Iterable[Found]:
    for breaker in Breaker.objects.exclude(state=State.CLOSED, forced="").exclude(forced=Forced.CLOSED):
        since = _asleep_since(breaker) or now
        limit = settings.ALARM_LIMITS["breaker_minutes"]
        yield from rules.long_pause(str(breaker), now - since, limit, breaker.reason or "paused by hand")


def _asleep_since(breaker: Breaker) -> datetime | None:
    """When the first of the changes came after which nobody was let through; a probe that failed ends nothing."""
    since = None
    for change in breaker.transitions.order_by("-id").iterator(chunk_size=50):
        if change.after == State.CLOSED:
            return since
        since = change.at
    return since


def _budgets(now: datetime) -> Iterable[Found]:
    limits, share = upstream_limits(), settings.ALARM_LIMITS["budget"]
    for row in Upstream.objects.all():
        pace = turned(row.pace, now)
        yield from rules.spent(f"{row.name}, hour", pace.hour_count, limits.per_hour, share)
        yield from rules.spent(f"{row.name}, day", pace.day_count, limits.per_day, share)


def _after_closes(now: datetime) -> Iterable[Found]:
    minutes = settings.ALARM_LIMITS["after_close_minutes"]
    due = [row for row in last_closed_sessions(now, CLOSE_DELAY) if now - row.closes_at < LATEST_START]
    keys = {f"after_close:{row.calendar}:{row.session}": row for row in due}
    settled = Job.objects.filter(key__in=keys, state__in=[JobState.DONE, JobState.PARTS])
    for key in settled.values_list("key", flat=True):
        keys.pop(key or "", None)
    for row in keys.values():
        late = now - row.closes_at - CLOSE_DELAY
        yield from rules.missed_close(row.calendar, row.session.isoformat(), late, minutes)


Judge = Callable[[datetime], Iterable[Found]]
JUDGES: tuple[tuple[tuple[str, ...], Judge], ...] = (
    (HEALTH, _health),
    (("web",), _web),
    (("page_seconds", "asked", "errors"), _requests),
    (("jobs_failed", "hit_rate"), _hour),
    (("breaker",), _breakers),
    (("budget",), _budgets),
    (("after_close",), _after_closes),
)
