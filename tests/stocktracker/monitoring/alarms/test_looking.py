"""Every alarm: broken with the real parts, seen, mended, gone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from portfolios.models import Portfolio
from pricing import counters, gateway
from pricing.models import Breaker, Instrument, TradingSession
from pricing.simulator.control import Market
from pricing.upstream.client import PRIMARY, Family, UpstreamError
from stocktracker.jobs.heartbeats import SWEPT, TICKED, WORKERS, swept, ticked
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.metrics.processes import PROCESSES
from stocktracker.metrics.recording import recorder
from stocktracker.metrics.requests import measured
from stocktracker.monitoring.alarms.looking import JUDGES, look
from stocktracker.monitoring.alarms.rules import RULES
from stocktracker.monitoring.alarms.settling import settle
from stocktracker.monitoring.models import Alarm
from stocktracker.redis import store

from .conftest import alive

pytestmark = pytest.mark.django_db

STORED = set(RULES) - {"database"}  # that one is told without being stored: test_outage.py
Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]


@dataclass
class World:
    client: Client
    settings: Settings
    market: Market
    apple: Instrument
    kind: Kind
    portfolio: Portfolio


@pytest.fixture
def world(
    well: None, client: Client, settings: Settings, market: Market, apple: Instrument, kind: Kind, portfolio: Portfolio
) -> World:
    client.raise_request_exception = False
    return World(client, settings, market, apple, kind, portfolio)


# Each breaks something and gives back what mends it, and how long after that it is looked at.
Mend = tuple[Callable[[], object], timedelta]
SOON, SIX_MINUTES, LATER = timedelta(), timedelta(minutes=6), timedelta(minutes=70)


def _redis(world: World) -> Mend:
    there = world.settings.REDIS_URL

    def move(address: str) -> None:
        world.settings.REDIS_URL = address
        store.cache_clear()

    move("redis://127.0.0.1:1/0")
    return lambda: move(there), SOON


def _worker(_world: World) -> Mend:
    store().delete(WORKERS)
    return alive, SOON


def _beat(_world: World) -> Mend:
    store().delete(TICKED)
    return ticked, SOON


def _sweep(_world: World) -> Mend:
    store().set(SWEPT, 0)
    return swept, SOON


def _web(_world: World) -> Mend:
    store().delete(PROCESSES)
    return alive, SOON


def _queue(_world: World) -> Mend:
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.create(kind="jobs.prune", queue="interactive", state=State.QUEUED, run_at=long_ago)
    return lambda: Job.objects.update(state=State.DONE), SOON


def _page_seconds(world: World) -> Mend:
    world.settings.ALARM_LIMITS = world.settings.ALARM_LIMITS | {"page_seconds": 0.000001}
    for _ in range(2):
        world.client.get("/login/")
    return lambda: None, SIX_MINUTES


def _asked(_world: World) -> Mend:
    def asks(_request: HttpRequest) -> HttpResponse:
        list(gateway.quotes(["AAPL"]))
        return HttpResponse("ok")

    measured(asks)(RequestFactory().get("/"))
    return lambda: None, SIX_MINUTES


def _hit_rate(_world: World) -> Mend:
    counters.count(memory_hits=100, database_hits=50, database_misses=60)
    return lambda: None, LATER


def _errors(world: World) -> Mend:
    world.settings.ROOT_URLCONF = "tests.stocktracker.metrics.broken"
    for _ in range(2):
        assert world.client.get("/broken").status_code == 500
    world.settings.ROOT_URLCONF = "stocktracker.urls"
    return lambda: None, SIX_MINUTES


def _jobs_failed(world: World) -> Mend:
    def fails(_run: Run) -> None:
        raise RuntimeError("broken on purpose")

    work = world.kind(fails)
    for number in range(2):
        job = Job.objects.create(kind="test.kind", queue="housekeeping", max_attempts=1, key=f"fails:{number}")
        work(job.pk)
    return lambda: None, LATER


def _breaker(world: World) -> Mend:
    world.market.throttle(requests=1)
    with suppress(UpstreamError):
        list(gateway.quotes(["AAPL"]))
    breaker = Breaker.locked(PRIMARY, Family.QUOTE)
    assert breaker.state == "open"
    breaker.transitions.update(at=timezone.now() - timedelta(minutes=16))
    return lambda: breaker.move(breaker.circuit.reset(), timezone.now()), SOON


def _budget(world: World) -> Mend:
    world.settings.UPSTREAM_PER_DAY = 3
    for _ in range(3):
        list(gateway.quotes(["AAPL"]))
    return lambda: None, timedelta(days=1)


def _after_close(world: World) -> Mend:
    closed = timezone.now() - timedelta(hours=3)
    session = TradingSession.objects.create(
        calendar="XNYS", session=closed.date(), opens_at=closed - timedelta(hours=6), closes_at=closed
    )
    key = f"after_close:XNYS:{session.session}"
    queued = Job.objects.create(kind="stocktracker.after_close", queue="prices", key=key, once=True)
    return lambda: Job.objects.filter(pk=queued.pk).update(state=State.DONE), SOON


BROKEN: dict[str, Callable[[World], Mend]] = {
    "redis": _redis, "worker": _worker, "beat": _beat, "sweep": _sweep, "web": _web, "queue": _queue,
    "page_seconds": _page_seconds, "asked": _asked, "hit_rate": _hit_rate, "errors": _errors,
    "jobs_failed": _jobs_failed, "breaker": _breaker, "budget": _budget, "after_close": _after_close,
}  # fmt: skip


def test_every_rule_is_judged_and_broken_here() -> None:
    judged = {name for names, _ in JUDGES for name in names}

    assert judged == STORED
    assert set(BROKEN) == STORED


def test_a_deployment_that_is_well_has_no_alarm(world: World) -> None:
    world.client.get("/login/")
    recorder.flush()

    seen = look(timezone.now())

    assert seen.found == ()
    assert seen.judged == STORED


IN_ROWS = pytest.mark.django_db(transaction=True)  # a job that fails ends its own transaction


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, marks=IN_ROWS) if rule == "jobs_failed" else rule for rule in BROKEN]
)
def test_what_is_broken_fires_once_and_is_resolved(rule: str, world: World) -> None:
    mend, later = BROKEN[rule](world)
    recorder.flush()
    now = timezone.now()
    patience = RULES[rule].patience
    seen = look(now)

    fired = [settle(seen, moment).fired for moment in (now, now + patience, now + patience)]
    mend()
    settle(look(now + later) if later else look(timezone.now()), now + patience + timedelta(minutes=1))

    assert sum(fired) == 1
    alarm = Alarm.objects.get(rule=rule)
    assert alarm.resolved_at is not None
    assert not Alarm.objects.open().filter(rule=rule).exists()


def test_while_redis_is_away_what_it_counts_is_not_judged(world: World, redis_away: None) -> None:
    judged = look(timezone.now()).judged

    counted = {"web", "page_seconds", "asked", "errors", "hit_rate", "jobs_failed"}
    assert judged.isdisjoint({*counted, "worker", "beat", "sweep"})
    assert {"redis", "queue", "breaker", "budget", "after_close"} <= judged


def test_a_probe_that_failed_does_not_begin_the_pause_anew(world: World) -> None:
    now = datetime.now(UTC)
    breaker = Breaker.locked(PRIMARY, Family.CHART)
    Breaker.objects.filter(pk=breaker.pk).update(state="open", reason="429")
    for minutes, before, after in ((40, "closed", "open"), (20, "open", "half_open"), (19, "half_open", "open")):
        breaker.transitions.create(at=now - timedelta(minutes=minutes), before=before, after=after)

    (found,) = (one for one in look(now).found if one.rule == "breaker")

    assert (found.subject, found.facts["minutes"], found.facts["reason"]) == ("yahoo: chart", 40, "429")


def test_a_user_s_own_request_for_prices_is_no_page_that_asks(world: World, user: User) -> None:
    world.client.force_login(user)
    world.client.post(f"/portfolios/{world.portfolio.pk}/refresh/")
    recorder.flush()

    assert [one for one in look(timezone.now()).found if one.rule == "asked"] == []
