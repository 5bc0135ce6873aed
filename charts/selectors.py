"""Reads that answer a chart: the stored payload, how far the next one is, bars of an instrument with one's trades."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Exists, F, OuterRef, Subquery

from charts.series.candles import Candle, Mark, day_of
from portfolios.accounting.entries import TRADES, TRANSFERS, Kind
from portfolios.models import Portfolio, Transaction
from pricing.market.adjusting import Ratio, shares_since
from pricing.models import Instrument, Split
from stocktracker.jobs.models import Job
from stocktracker.jobs.selectors import first_what_runs, job_rows

from .models import Chart

REBUILD = "stocktracker.rebuild"
# One piece of bytes: no object a column (measured on 7,015 bars: 9 ms, as rows of values 15, as models 46).
_CANDLE = struct.Struct(">iddddq")
_CANDLES = """
SELECT string_agg(int4send(session - DATE '1970-01-01') || float8send(open) || float8send(high) || float8send(low)
  || float8send(close) || int8send(volume), ''::bytea ORDER BY session)
FROM pricing_bar WHERE instrument_id = %s
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How far the rebuild is that draws a portfolio's charts."""

    running: bool  # or waiting its turn
    done: int
    total: int
    message: str
    drawn_at: datetime | None  # the chart there is


@dataclass(frozen=True, slots=True)
class Traded:
    """An instrument somebody traded, and what its chart depends on."""

    portfolio: Portfolio
    instrument: Instrument
    tag: str


def chart_of(user: User, portfolio: int, name: str) -> Chart | None:
    """Of one's own portfolio. One query."""
    return Chart.objects.filter(portfolio=portfolio, portfolio__owner=user, name=name).first()


def drawing_of(user: User, portfolio: int, name: str) -> Drawing | None:
    """None: no portfolio of theirs. Two queries and, while it runs, Redis."""
    drawn = Chart.objects.filter(portfolio=OuterRef("pk"), name=name).values("drawn_at")
    own = Portfolio.objects.filter(pk=portfolio, owner=user).values_list(Subquery(drawn), flat=True)
    if not own:
        return None
    jobs: Any = Job.objects
    found = job_rows(first_what_runs(jobs.under_way().filter(kind=REBUILD, portfolio_id=portfolio))[:1])
    if not found:
        return Drawing(running=False, done=0, total=0, message="", drawn_at=own[0])
    advance = found[0].advance
    return Drawing(
        running=True,
        done=advance.done if advance else 0,
        total=advance.total if advance else 0,
        message=advance.message if advance else "",
        drawn_at=own[0],
    )


def traded(user: User, portfolio: int, symbol: str) -> Traded | None:
    """None: no such portfolio of theirs, or no transaction in that symbol. Two queries, three for a combined one."""
    own = Portfolio.objects.filter(pk=portfolio, owner=user).first()
    if own is None:
        return None
    mine = Transaction.objects.filter(portfolio__in=own.members, instrument=OuterRef("pk"))
    wanted = symbol.replace("\0", "")  # PostgreSQL takes no such character
    found = Instrument.objects.filter(Exists(mine), symbol=wanted).first()
    return Traded(own, found, f"{found.revision}-{own.ledger_revision}") if found else None


def candles(instrument: int) -> list[Candle]:
    """All bars, oldest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDLES, [instrument])
        packed = cursor.fetchone()[0]
    return [Candle(*row) for row in _CANDLE.iter_unpack(packed)] if packed else []


def marks(portfolio: Portfolio, instrument: Instrument, bars: Sequence[Candle]) -> list[Mark]:
    """Trades and transfers in shares of the last bar, as the closes are. Two queries."""
    rows = list(
        Transaction.objects.filter(portfolio__in=portfolio.members, instrument=instrument, quantity__isnull=False)
        .order_by("date", "pk")
        .values_list("date", "kind", "quantity")
    )
    last = day_of(bars[-1].day) if bars else date.max
    typed = {day: float(quantity or 1) for day, kind, quantity in rows if kind == Kind.SPLIT}
    stated = Split.objects.filter(instrument=instrument).values_list("ex_date", F("numerator") / F("denominator"))
    splits = [Ratio(day, float(shares)) for day, shares in (typed | dict(stated)).items() if day <= last]
    return [
        Mark((day - day_of(0)).days, kind, float(quantity or 0) * shares_since(day, splits))
        for day, kind, quantity in rows
        if kind in TRADES | TRANSFERS
    ]
