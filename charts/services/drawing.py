"""Draw a portfolio's charts from its computed history and store them ready to send."""

from __future__ import annotations

import gzip
from datetime import datetime

import numpy as np

from charts.models import Chart
from charts.series.encode import Series, encode, tag
from portfolios.models import Portfolio
from portfolios.services.snapshots import Computed

CENTS = 100
INDEX_SCALE = 10_000  # a return to 1/100 of a percent
GZIP_LEVEL = 6
MAIN = "main"


def draw(computed: Computed) -> bytes:
    """The dashboard's chart, gzipped: value and money paid in; time-weighted index and benchmark, each from 1;
    and what the same payments would be worth in the benchmark.

    From the day of the first transaction on; the evening before it is worth nothing.
    """
    daily = computed.daily
    series = {
        "value": Series(daily.value[1:], CENTS),
        "paid_in": Series(np.cumsum(daily.inflow - daily.outflow)[1:], CENTS),
        "index": Series(daily.index[1:], INDEX_SCALE),
    }
    if computed.benchmark is not None and computed.benchmark[0] > 0:
        series["benchmark"] = Series(computed.benchmark[1:] / computed.benchmark[0], INDEX_SCALE)
    if computed.in_fund is not None and computed.in_fund.any():
        series["in_fund"] = Series(computed.in_fund[1:], CENTS)
    return gzip.compress(encode(computed.history.axis[1:], series), GZIP_LEVEL, mtime=0)


def store_chart(portfolio: Portfolio, payload: bytes, now: datetime) -> None:
    Chart.objects.update_or_create(
        portfolio=portfolio, name=MAIN, defaults={"payload": payload, "etag": tag(payload), "drawn_at": now}
    )


def erase_charts(portfolio: Portfolio) -> None:
    Chart.objects.filter(portfolio=portfolio).delete()
