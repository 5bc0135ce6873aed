"""Backtests: how long each step takes, and the requests that took longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import FloatField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charts.models import Backtest
from stocktracker.metrics.series import STEP, Numbers

from .numbers import Course

STEPS = {
    "load": _("Loading prices"),
    "validate": _("Putting them on one axis"),
    "run": _("Running"),
    "serialise": _("Packing the result"),
}
SLOWEST = 5


@dataclass(frozen=True, slots=True)
class StepRow:
    title: str | Promise
    course: Course


@dataclass(frozen=True, slots=True)
class SlowRow:
    key: str
    kind: str
    symbols: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class BacktestRows:
    steps: list[StepRow]
    slowest: list[SlowRow]

    @property
    def count(self) -> int:
        return self.steps[0].course.count


def backtests(numbers: Numbers, since: datetime) -> BacktestRows:
    """Of the numbers of a span, and of what was computed since it began. One query."""
    steps = [StepRow(title, Course.of(numbers.timing(STEP, name))) for name, title in STEPS.items()]
    return BacktestRows(steps, _slowest(since))


def _slowest(since: datetime) -> list[SlowRow]:
    nothing = Value(0.0, output_field=FloatField())
    total = sum((Coalesce(Cast(KT(f"timings__{name}"), FloatField()), nothing) for name in STEPS), nothing)
    rows = Backtest.objects.filter(computed_at__gte=since, timings__isnull=False)
    found = rows.annotate(milliseconds=total).order_by("-milliseconds", "pk")
    return [
        SlowRow(key, kind, len(revisions), milliseconds)
        for key, kind, revisions, milliseconds in found.values_list(
            "key", KT("request__strategy__kind"), "revisions", "milliseconds"
        )[:SLOWEST]
    ]
