"""Several results as lines of one chart: the growth of each from the first day they have in common."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

import orjson

from .decode import EPOCH, Table

SCALE = 10_000
NAMES = ("index", "benchmark_1", "benchmark_2")  # as lines of growth are called


def together(tables: Mapping[str, Table]) -> bytes:
    """As charts.series.encode writes it, from 1 each; a day on which one has no value has its last one.

    The days are those of all of them between the latest beginning and the earliest end.
    """
    first = max(table.days[0] for table in tables.values())
    last = min(table.days[-1] for table in tables.values())
    axis = sorted({day for table in tables.values() for day in table.days if first <= day <= last})
    series = {
        name: {"scale": SCALE, "d": _steps(_growth(table, axis)), "of": label}
        for name, (label, table) in zip(NAMES, tables.items(), strict=False)
    }
    return orjson.dumps({"t": _steps([(day - EPOCH).days for day in axis]), "series": series})


def _growth(table: Table, axis: Sequence[date]) -> list[int]:
    """SCALE times; shorter where it ends before."""
    index = table.columns["index"].values
    known = table.days[: len(index)]
    at = [bisect_right(known, day) - 1 for day in axis[: bisect_left(axis, known[-1]) + 1]] if known else []
    base = index[at[0]] if at else 1.0
    return [round(index[place] / base * SCALE) for place in at] if base > 0 else []


def _steps(values: Sequence[int]) -> list[int]:
    return [value - before for value, before in zip(values, [0, *values], strict=False)]
