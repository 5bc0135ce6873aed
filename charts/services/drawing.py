"""Draw a portfolio's charts from its computed history and store them ready to send."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from isal import igzip

from charts.models import Chart
from charts.series.encode import Series, encode, tag
from portfolios.models import Portfolio
from portfolios.services.snapshots import Computed

CENTS = 100
INDEX_SCALE = 10_000  # a return to 1/100 of a percent
GZIP_LEVEL = 3  # isal's last: 25 × as fast as zlib's sixth, and 5 % larger
MAIN = "main"
BENCHMARK = "benchmark_{}"  # 1 … 4


def draw(computed: Computed) -> bytes:
    """The dashboard's chart, gzipped: value and money paid in; time-weighted index and benchmarks, each from 1;
    and what the same payments would be worth in the first benchmark.

    From the day of the first transaction on; the evening before it is worth nothing.
    """
    daily = computed.daily
    series = {
        "value": Series(daily.value[1:], CENTS),
        "paid_in": Series(np.cumsum(daily.inflow - daily.outflow)[1:], CENTS),
        "index": Series(daily.index[1:], INDEX_SCALE),
    }
    for number, (symbol, level) in enumerate(computed.levels.items(), 1):
        if level[0] > 0:
            series[BENCHMARK.format(number)] = Series(level[1:] / level[0], INDEX_SCALE, of=symbol)
    if computed.in_fund is not None and computed.in_fund.any():
        series["in_fund"] = Series(computed.in_fund[1:], CENTS, of=next(iter(computed.levels)))
    return igzip.compress(encode(computed.history.axis[1:], series), GZIP_LEVEL, mtime=0)


def store_chart(portfolio: Portfolio, payload: bytes, now: datetime) -> None:
    Chart.objects.update_or_create(
        portfolio=portfolio, name=MAIN, defaults={"payload": payload, "etag": tag(payload), "drawn_at": now}
    )


def erase_charts(portfolio: Portfolio) -> None:
    Chart.objects.filter(portfolio=portfolio).delete()
