"""Everything at a glance: what is wrong, how long pages take, jobs, sources, caches, processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis import RedisError

from charts.series.bars import Bar, Columns, columns
from stocktracker.jobs.overview import Overview as Engine
from stocktracker.jobs.overview import Workshop, workshop
from stocktracker.jobs.overview import overview as engine
from stocktracker.metrics import reading
from stocktracker.metrics.processes import Process, alive
from stocktracker.metrics.series import Numbers, together

from . import numbers as rows
from .backtests import BacktestRows, backtests
from .coverage import Counted, count
from .hours import DAY
from .models import Alarm
from .selectors import SourceBudget, budgets
from .timeline import Strip, strips

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MILLISECONDS = 1000
RESOLVED = 5  # alarms that have gone are still shown


@dataclass(frozen=True, slots=True)
class Span:
    name: str
    title: str | Promise
    length: timedelta
    seconds: int = 5  # after which an open page asks again


SPANS = {
    one.name: one
    for one in (
        Span("5m", _("5 minutes"), timedelta(minutes=5)),
        Span("1h", _("1 hour"), HOUR),
        Span("24h", _("24 hours"), DAY, 60),
    )
}
DEFAULT = "1h"


@dataclass(frozen=True, slots=True)
class Charts:
    """Minute by minute of the last hour, or hour by hour of the last day."""

    requests: Columns
    p95: Columns  # milliseconds


@dataclass(frozen=True, slots=True)
class Overview:
    span: Span
    counted: bool  # whether Redis answered: without it there are no numbers
    firing: list[Alarm]
    resolved: list[Alarm]
    all: rows.PageRow
    pages: list[rows.PageRow]
    kinds: list[rows.KindRow]
    families: list[rows.FamilyRow]
    caches: list[rows.CacheRow]
    statements: list[rows.StatementRow]
    backtests: BacktestRows
    processes: list[Process]
    engine: Engine
    workshop: Workshop
    strips: list[Strip]
    budgets: list[SourceBudget]
    instruments: Counted
    charts: Charts

    @property
    def memory_mb(self) -> float:
        return sum(one.memory_mb or 0 for one in self.processes)


def overview(span: str, now: datetime) -> Overview:
    """`span`: a name of SPANS; any other is the default."""
    chosen = SPANS.get(span, SPANS[DEFAULT])
    try:
        course, texts, processes, counted = _course(chosen, now), reading.texts(), alive(), True
    except RedisError:
        course, texts, processes, counted = [], {}, [], False
    begin = now - chosen.length - (HOUR if chosen.length > HOUR else MINUTE)  # what has begun before counts too
    found = together(numbers for at, numbers in course if at > begin)
    return Overview(
        span=chosen,
        counted=counted,
        firing=list(Alarm.objects.firing()),
        resolved=list(Alarm.objects.exclude(resolved_at=None).order_by("-resolved_at")[:RESOLVED]),
        all=rows.all_pages(found),
        pages=rows.pages(found),
        kinds=rows.kinds(found),
        families=rows.families(found),
        caches=rows.caches(found),
        statements=rows.statements(found, texts),
        backtests=backtests(found, now - chosen.length),
        processes=processes,
        engine=engine(now),
        workshop=workshop(now),
        strips=strips(now),
        budgets=budgets(now),
        instruments=count(),
        charts=charts(course),
    )


def _course(span: Span, now: datetime) -> list[tuple[datetime, Numbers]]:
    """A chart of minutes is of an hour, however short the span."""
    return reading.course(max(span.length, HOUR), now)


def charts(course: list[tuple[datetime, Numbers]]) -> Charts:
    timings = [(f"{at.astimezone(UTC):%H:%M}", rows.looked_at(numbers)) for at, numbers in course]
    return Charts(
        columns(Bar(label, timing.count) for label, timing in timings),
        columns(Bar(label, (timing.at(0.95) or 0.0) * MILLISECONDS) for label, timing in timings),
    )
