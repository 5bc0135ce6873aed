"""The last days' jobs in numbers, from the rows that are kept when the jobs are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from django.db.models import Max, Sum

from .models import KindDay

DAYS = 30


@dataclass(frozen=True, slots=True)
class Day:
    """Of one kind, or of all together."""

    day: date
    done: int
    failed: int
    cancelled: int
    retried: int
    p50_seconds: float | None  # of one kind only: no quantile of all can be told from those of each
    p95_seconds: float | None

    @property
    def ended(self) -> int:
        return self.done + self.failed + self.cancelled


def days(now: datetime, kind: str = "", count: int = DAYS) -> list[Day]:
    """The latest first; the running day is counted when it is over. One query."""
    first = now.astimezone(UTC).date() - timedelta(days=count)
    rows = KindDay.objects.filter(day__gte=first)
    if kind:
        rows = rows.filter(kind=kind)
    sums: dict[str, Any] = {name: Sum(name) for name in ("done", "failed", "cancelled", "retried")}
    quantiles: dict[str, Any] = {f"{name}_of_one": Max(name) for name in ("p50_seconds", "p95_seconds")}
    found = rows.order_by().values("day").annotate(**sums, **quantiles).order_by("-day")
    return [
        Day(
            row["day"], row["done"], row["failed"], row["cancelled"], row["retried"],
            row["p50_seconds_of_one"] if kind else None, row["p95_seconds_of_one"] if kind else None,
        )
        for row in cast("Iterable[dict[str, Any]]", found)
    ]  # fmt: skip
