"""The deployment's numbers in the format of Prometheus: of all processes together, whichever of them answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from redis import RedisError

from pricing.models import Breaker, Upstream
from pricing.selectors import upstream_limits
from pricing.upstream.circuit import State
from pricing.upstream.pacing import turned
from stocktracker.jobs.heartbeats import read_signs
from stocktracker.jobs.overview import queues
from stocktracker.metrics import reading
from stocktracker.metrics.buckets import up_to, upper
from stocktracker.metrics.processes import alive
from stocktracker.metrics.series import (
    ASKED,
    CACHE,
    DATABASE,
    JOB,
    MILLION,
    PRICES,
    REQUEST,
    STATEMENTS,
    STEP,
    UPSTREAM,
    WAITED,
    Numbers,
)

from .models import Alarm

BOUNDS = range(28, 300, 14)  # buckets: from 0.2 ms on, each bound twice the one before, up to 98 s
PREFIX = "stocktracker_"


def exposition(now: datetime) -> bytes:
    """What /metrics answers; without what Redis or PostgreSQL knows while it is away (the gauges …_up tell)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(now))
    return generate_latest(registry)


class _Collected:
    """A collector as the library wants it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        try:
            yield from _counted(reading.total())
            yield from _lives(self.now)
            redis_up = 1
        except RedisError:
            redis_up = 0
        yield _gauge("redis_up", "Whether Redis answers.", [((), redis_up)])
        try:
            yield from list(_stored(self.now))
            database_up = 1
        except DatabaseError:
            database_up = 0
        yield _gauge("database_up", "Whether PostgreSQL answers.", [((), database_up)])


def _counted(numbers: Numbers) -> Iterator[Metric]:
    yield _histogram(numbers, REQUEST, "request_seconds", "Requests, as the server saw them.", ["page", "answer"])
    yield _counter(numbers, STATEMENTS, "request_statements", "SQL statements of requests.", ["page"])
    yield _counter(numbers, DATABASE, "request_database_seconds", "Time of these statements.", ["page"], 1 / MILLION)
    yield _counter(numbers, ASKED, "request_upstream_calls", "Requests to a price source by pages: none.", ["page"])
    yield _histogram(numbers, JOB, "job_seconds", "Attempts at jobs.", ["kind", "outcome"])
    yield _histogram(numbers, WAITED, "job_wait_seconds", "From when a job was due until a worker began.", ["kind"])
    yield _histogram(
        numbers, UPSTREAM, "upstream_seconds", "Requests to sources of prices.", ["source", "family", "outcome"]
    )
    yield _histogram(numbers, STEP, "backtest_step_seconds", "Steps of backtests.", ["step"])
    yield _counter(numbers, CACHE, "cache", "Finds in caches of pages.", ["layer", "result"])
    yield _counter(numbers, PRICES, "prices", "Where prices were found (pricing.counters).", ["where"])


def _histogram(numbers: Numbers, family: str, name: str, told: str, labels: list[str]) -> Metric:
    metric = HistogramMetricFamily(PREFIX + name, told, labels=labels)
    for values, timing in sorted(numbers.timings(family).items()):
        buckets = [(f"{upper(bound):.6g}", up_to(timing.counts, bound)) for bound in BOUNDS]
        metric.add_metric(values, [*buckets, ("+Inf", timing.count)], timing.seconds)
    return metric


def _counter(numbers: Numbers, family: str, name: str, told: str, labels: list[str], unit: float = 1) -> Metric:
    metric = CounterMetricFamily(PREFIX + name, told, labels=labels)
    for values in numbers.labels(family):
        metric.add_metric(values, numbers.amount(family, *values) * unit)
    return metric


def _lives(now: datetime) -> Iterator[Metric]:
    signs, processes = read_signs(), alive()
    yield _gauge("workers", "Workers that gave a sign of life.", [((), len(signs.alive(now)))])
    ticked = signs.ticked_at.timestamp() if signs.ticked_at else 0.0
    yield _gauge("beat_timestamp_seconds", "When beat ticked last.", [((), ticked)])
    memory = [((one.kind, one.host, str(one.pid)), (one.memory_mb or 0) * 1024**2) for one in processes]
    yield _gauge("memory_bytes", "Proportional memory of each process.", memory, ["kind", "host", "pid"])


def _stored(now: datetime) -> Iterator[Metric]:
    """What PostgreSQL knows. Four queries."""
    lengths = queues(now)
    yield _gauge("queue_due", "Jobs a worker may claim now.", [((one.name,), one.due) for one in lengths], ["queue"])
    ages = [((one.name,), (now - one.oldest).total_seconds() if one.oldest else 0.0) for one in lengths]
    yield _gauge("queue_age_seconds", "How long the first of them has been due.", ages, ["queue"])
    breakers = [((row.source, row.family), int(row.state != State.CLOSED)) for row in Breaker.objects.all()]
    yield _gauge("breaker_open", "Whether a kind of answer is not asked for.", breakers, ["source", "family"])
    yield _gauge("budget_spent_ratio", "Requests spent of a budget.", list(_budgets(now)), ["source", "budget"])
    firing = [((alarm.rule, alarm.subject), 1) for alarm in Alarm.objects.firing()]
    yield _gauge("alarm", "What is wrong now.", firing, ["rule", "subject"])


def _budgets(now: datetime) -> Iterator[tuple[tuple[str, ...], float]]:
    limits = upstream_limits()
    for row in Upstream.objects.all():
        pace = turned(row.pace, now)
        yield (row.name, "hour"), pace.hour_count / max(limits.per_hour, 1)
        yield (row.name, "day"), pace.day_count / max(limits.per_day, 1)


def _gauge(
    name: str, told: str, values: Iterable[tuple[tuple[str, ...], float]], labels: list[str] | None = None
) -> Metric:
    metric = GaugeMetricFamily(PREFIX + name, told, labels=labels or [])
    for own, value in values:
        metric.add_metric(own, value)
    return metric
