import math
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from pricing.models import Breaker, Upstream
from pricing.upstream.circuit import Circuit, State
from stocktracker.jobs.heartbeats import WorkerBeat, beat
from stocktracker.metrics.processes import Sign
from stocktracker.monitoring.models import Alarm
from stocktracker.monitoring.prometheus import exposition
from tests.processes import run_python
from tests.stocktracker.jobs.conftest import redis_away
from tests.stocktracker.jobs.given import make

from .counting import counted, timed

__all__ = ["redis_away"]  # a fixture

pytestmark = pytest.mark.django_db

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def samples(now: datetime) -> Samples:
    """As Prometheus itself would read them."""
    families = text_string_to_metric_families(exposition(now).decode())
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def of(found: Samples, name: str, **labels: str) -> float:
    return found[f"stocktracker_{name}", frozenset(labels.items())]


def test_requests_are_a_histogram_that_adds_up(now: datetime) -> None:
    for seconds, times in ((0.01, 5), (0.3, 3), (200.0, 1)):
        timed(now, seconds, "request", "dashboard", "2xx", times=times)
    found = samples(now)

    page = {"page": "dashboard", "answer": "2xx"}
    buckets = {
        float(dict(labels)["le"]): value
        for (name, labels), value in found.items()
        if name == "stocktracker_request_seconds_bucket" and dict(labels)["page"] == "dashboard"
    }
    assert of(found, "request_seconds_count", **page) == buckets[math.inf] == 9
    assert of(found, "request_seconds_sum", **page) == pytest.approx(200.95)
    assert [max(count for bound, count in buckets.items() if bound < top) for top in (0.005, 0.02, 0.5, 150)] == [
        0, 5, 8, 8
    ]  # fmt: skip
    assert sorted(buckets.values()) == [buckets[bound] for bound in sorted(buckets)]


def test_counters_and_what_took_time_have_their_units(now: datetime) -> None:
    counted(now, 1_500_000, "database", "dashboard")
    counted(now, 7, "prices", "upstream")
    timed(now, 0.2, "upstream", "yahoo", "quote", "answered", times=2)
    timed(now, 2.0, "job", "jobs.prune", "done")
    found = samples(now)

    assert of(found, "request_database_seconds_total", page="dashboard") == 1.5
    assert of(found, "prices_total", where="upstream") == 7
    assert of(found, "upstream_seconds_count", source="yahoo", family="quote", outcome="answered") == 2
    assert of(found, "job_seconds_count", kind="jobs.prune", outcome="done") == 1


def test_states_are_gauges(now: datetime) -> None:
    Breaker.locked("yahoo", "quote").move(Circuit(state=State.OPEN), now)
    Upstream.objects.create(name="yahoo", day_started_at=now.replace(hour=0, minute=0), day_count=500)
    Alarm.objects.create(rule="errors", since=now, seen_at=now, fired_at=now)
    make(run_at=now - timedelta(seconds=30))
    beat(WorkerBeat("celery@host/7", now, now, concurrency=2, running=0, memory_mb=None))
    Sign("web")()
    found = samples(now)

    assert of(found, "breaker_open", source="yahoo", family="quote") == 1
    assert 0 < of(found, "budget_spent_ratio", source="yahoo", budget="day") <= 0.25
    assert of(found, "alarm", rule="errors", subject="") == 1
    assert of(found, "queue_due", queue="housekeeping") == 1
    assert of(found, "queue_age_seconds", queue="housekeeping") == pytest.approx(30)
    assert (of(found, "workers"), of(found, "redis_up")) == (1, 1)
    assert any(name == "stocktracker_memory_bytes" for name, _ in found)


def test_without_redis_it_says_so_and_what_the_database_knows(now: datetime, redis_away: None) -> None:
    found = samples(now)

    assert of(found, "redis_up") == 0
    assert of(found, "queue_due", queue="interactive") == 0
    assert not any(name.startswith("stocktracker_request") for name, _ in found)


def test_without_the_database_it_says_so_and_what_redis_knows(now: datetime) -> None:
    timed(now, 0.1, "request", "dashboard", "2xx")
    program = (
        "from django.utils import timezone\n"
        "from stocktracker.monitoring.prometheus import exposition\n"
        "print(exposition(timezone.now()).decode())"
    )

    told = run_python(program, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")

    assert "stocktracker_database_up 0.0" in told
    assert 'stocktracker_request_seconds_count{answer="2xx",page="dashboard"} 1.0' in told
    assert "stocktracker_queue_due" not in told
