"""Reads that answer a page or a program about backtests: results, how far they are, what one has saved and shared."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pricing.models import Instrument
from stocktracker.jobs.models import Job
from stocktracker.jobs.selectors import job_rows

from .models import Asked, Backtest, Share, Strategy
from .services.asking import job_key, title_of

LATEST = 20  # results of the list
TITLES = {
    "hold": _("Buy and hold"),
    "allocation": _("Rebalancing"),
    "crossover": _("Moving averages"),
    "reversion": _("Buying after a fall"),
    "momentum": _("Momentum"),
    "dual_momentum": _("Dual momentum"),
    "untraded": _("What if I had not traded"),
}
HEAVY = ("curves", "trades")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a result is that is not there yet."""

    message: str
    done: int  # histories that have come
    total: int  # histories it needs
    failed: str = ""  # why nobody works on it any more


def result_of(user: User, key: str) -> Backtest | None:
    """One query."""
    return Backtest.objects.seen_by(user).filter(key=key).first()


def progress_of(row: Backtest) -> Progress:
    """Two queries, and Redis while its job runs."""
    wanted = [name for name in row.revisions if not name.startswith("portfolio ")]
    known = Instrument.objects.filter(symbol__in=wanted)
    there = known.filter(Q(fetched_at__isnull=False) | Q(status=Instrument.Status.MANUAL)).count()
    jobs = job_rows(Job.objects.filter(key=job_key(row)).order_by("-id")[:1])
    if not jobs:
        return Progress("", there, len(wanted))
    job, advance = jobs[0].job, jobs[0].advance
    ended = job.error if job.state in {"failed", "cancelled"} else ""
    return Progress(advance.message if advance else job.error, there, len(wanted), ended)


def trades_of(row: Backtest) -> list[list[Any]]:
    """[day, symbol, quantity, price, amount, fee] of each order, oldest first."""
    found: list[list[Any]] = orjson.loads(gzip.decompress(bytes(row.trades))) if row.trades else []
    return found


def name_of(row: Backtest) -> str:
    """Short, for the legend of a chart: Moving averages SPY."""
    kind = row.request["strategy"]["kind"]
    return f"{TITLES.get(kind, kind)} {title_of(row.request)}".strip()


def names_of(rows: Sequence[Backtest]) -> list[str]:
    """Of results side by side: those that are called alike are numbered, or one would take the place of another."""
    names = [name_of(row) for row in rows]
    counts = [(name, names[:at].count(name)) for at, name in enumerate(names)]
    return [f"{name} ({before + 1})" if before else name for name, before in counts]


def latest_of(user: User) -> list[Asked]:
    """What this person asked for last. One query."""
    rows = Asked.objects.filter(user=user).select_related("backtest").order_by("-at")
    return list(rows.defer(*(f"backtest__{name}" for name in HEAVY))[:LATEST])


def strategies_of(user: User) -> list[Strategy]:
    rows = Strategy.objects.filter(owner=user).select_related("result")
    return list(rows.defer(*(f"result__{name}" for name in HEAVY)))


def shares_of(user: User) -> list[Share]:
    rows = Share.objects.filter(owner=user).select_related("backtest").order_by("-created_at")
    return list(rows.defer(*(f"backtest__{name}" for name in HEAVY)))


def read_today(row: Backtest, now: datetime) -> None:
    """Remembers, once a day, that somebody looks at it."""
    if row.read_at.date() < now.date():
        Backtest.objects.filter(pk=row.pk).update(read_at=now)
