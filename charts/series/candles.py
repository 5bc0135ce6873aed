"""An instrument's bars as a compact JSON: whole numbers, each as its difference from the one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import sub
from typing import NamedTuple

import orjson

from .decode import EPOCH, as_csv

NAMES = ("o", "h", "l", "c")
HEADER = ("date", "open", "high", "low", "close", "volume")
SCALE, FINE_SCALE = 10_000, 100_000_000  # of prices; of those that were below one


class Candle(NamedTuple):
    day: int  # since 1970-01-01
    open: float
    high: float
    low: float
    close: float
    volume: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A trade: on which day, which way, how many of today's shares."""

    day: int
    kind: str
    quantity: float


def encode_candles(candles: Sequence[Candle], marks: Iterable[Mark]) -> bytes:
    """As charts.series.encode does it: "t", "series" of o, h, l, c and v; and "trades"."""
    days, *prices, volumes = zip(*candles, strict=True) if candles else ((),) * len(HEADER)
    scale = SCALE if min(prices[2], default=1.0) >= 1 else FINE_SCALE
    series = {
        name: {"scale": scale, "d": _deltas([round(price * scale) for price in column])}
        for name, column in zip(NAMES, prices, strict=True)
    }
    series["v"] = {"scale": 1, "d": _deltas(volumes)}
    return orjson.dumps({"t": _deltas(days), "series": series, "trades": list(marks)})


def candles_as_csv(candles: Sequence[Candle]) -> str:
    """date, open, high, low, close, volume."""
    days = [(EPOCH + timedelta(days=one.day)).isoformat() for one in candles]
    return as_csv(HEADER, [days, *list(zip(*candles, strict=True))[1:]])


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


def _deltas(values: Sequence[int]) -> list[int]:
    return list(map(sub, values, (0, *values)))
