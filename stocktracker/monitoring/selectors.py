"""What the page says of the sources: their breakers, their budgets, and how often nobody had to ask them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from pricing.counters import Layers, layers_of
from pricing.models import Breaker, BreakerTransition, Upstream
from pricing.selectors import upstream_limits
from pricing.upstream.circuit import Forced, State
from pricing.upstream.client import PRIMARY, Family
from pricing.upstream.pacing import turned
from stocktracker.formats import short_day
from stocktracker.metrics.series import PRICES

from .hours import DAY, by_hour

TRANSITIONS = 10  # of a breaker, the latest
DAYS = 7  # of the cache's numbers
NEARLY = 0.8  # share of a budget from which the gauge warns
ALL = 1.0


@dataclass(frozen=True, slots=True)
class Light:
    """A state as a word, a colour and a drawing."""

    word: str | Promise
    tone: str  # a chip's class
    icon: str


FORCED_OPEN = Light(gettext_lazy("Paused by hand"), "loss", "circle-alert")
FORCED_CLOSED = Light(gettext_lazy("Held closed by hand"), "cached", "circle-alert")
CLOSED = Light(gettext_lazy("Closed: it is asked"), "fresh", "circle-check")
OPEN = Light(gettext_lazy("Open: it is not asked"), "loss", "circle-alert")
TO_PROBE = Light(gettext_lazy("Open: the next call is a probe"), "cached", "refresh-cw")
PROBING = Light(gettext_lazy("Half open: one probe decides"), "cached", "refresh-cw")


@dataclass(frozen=True, slots=True)
class BreakerRow:
    breaker: Breaker  # an unsaved one has never been asked
    light: Light
    transitions: list[BreakerTransition]  # the latest first
    until: datetime | None  # when it may be asked again, or must have answered its probe

    @property
    def since(self) -> datetime | None:
        return self.transitions[0].at if self.transitions else None


@dataclass(frozen=True, slots=True)
class Gauge:
    """One budget: `spent` of `limit` requests until it turns over."""

    name: str
    spent: int
    limit: int
    turns_over_at: datetime

    @property
    def share(self) -> float:
        return self.spent / self.limit if self.limit else ALL

    @property
    def tone(self) -> str:
        if self.share >= ALL:
            return "loss"
        return "warn" if self.share >= NEARLY else ""


@dataclass(frozen=True, slots=True)
class SourceBudget:
    source: str
    gauges: list[Gauge]


@dataclass(frozen=True, slots=True)
class LayerRow:
    name: str
    layers: Layers


@dataclass(frozen=True, slots=True)
class CacheLayers:
    totals: list[LayerRow]  # today, and the last days together
    before: list[LayerRow]  # each of the days before today


def breakers(now: datetime) -> list[BreakerRow]:
    """Of each source and family, the first source's families always. Two queries."""
    latest = Prefetch("transitions", BreakerTransition.objects.order_by("-id")[:TRANSITIONS], to_attr="latest")
    stored = {(row.source, row.family): row for row in Breaker.objects.prefetch_related(latest)}
    never = [(PRIMARY, family.value) for family in Family if (PRIMARY, family.value) not in stored]
    rows = [*stored.values(), *(Breaker(source=source, family=family) for source, family in never)]
    order = [PRIMARY, *settings.UPSTREAM_CLIENTS]
    families = [family.value for family in Family]
    rows.sort(key=lambda row: (_place(order, row.source), row.source, _place(families, row.family)))
    return [_row(row, now) for row in rows]


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _row(row: Breaker, now: datetime) -> BreakerRow:
    until = row.probe_until if row.state == State.HALF_OPEN else row.open_until
    waiting = row.state != State.CLOSED and not row.forced and until is not None and until > now
    return BreakerRow(row, _light(row, waiting=waiting), getattr(row, "latest", []), until if waiting else None)


def _light(row: Breaker, *, waiting: bool) -> Light:
    if row.forced:
        return FORCED_OPEN if row.forced == Forced.OPEN else FORCED_CLOSED
    if row.state == State.CLOSED:
        return CLOSED
    if not waiting:
        return TO_PROBE
    return OPEN if row.state == State.OPEN else PROBING


def budgets(now: datetime) -> list[SourceBudget]:
    """Of every source there is, asked or not. One query."""
    limits = upstream_limits()
    stored = {row.name: row for row in Upstream.objects.all()}
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    found = []
    for name in [*settings.UPSTREAM_CLIENTS, *sorted(stored.keys() - settings.UPSTREAM_CLIENTS.keys())]:
        pace = turned(stored.get(name, Upstream(name=name)).pace, now)
        gauges = [
            Gauge(gettext("This hour"), pace.hour_count, limits.per_hour, hour),
            Gauge(gettext("Today"), pace.day_count, limits.per_day, day),
        ]
        found.append(SourceBudget(name, gauges))
    return found


def cache_layers(today: date) -> CacheLayers:
    """By day (UTC). One query, one look into Redis."""
    days = [today - timedelta(days=ago) for ago in range(DAYS)]
    begin = datetime.combine(days[-1], time(), UTC)
    by_day: dict[date, list[Layers]] = {day: [] for day in days}
    for at, numbers in by_hour(begin, begin + DAYS * DAY, PRICES):
        by_day[at.date()].append(layers_of(numbers))
    counted = [_sum(by_day[day]) for day in days]
    before = [
        LayerRow(f"{date_format(day, 'D')} {short_day(day)}", one)
        for day, one in zip(days[1:], counted[1:], strict=True)
    ]
    return CacheLayers(
        [LayerRow(gettext("Today"), counted[0]), LayerRow(gettext("Last %(n)s") % {"n": DAYS}, _sum(counted))], before
    )


def _sum(counted: Iterable[Layers]) -> Layers:
    many = list(counted)
    return Layers(**{field.name: sum(getattr(one, field.name) for one in many) for field in fields(Layers)})
