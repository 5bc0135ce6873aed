"""A payload of charts.series.encode as the numbers it is made of, and as a table; plain Python, for pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, zip_longest

import orjson

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Column:
    values: tuple[float, ...]  # one per day; shorter where it ends before the last
    of: str  # a benchmark's symbol


@dataclass(frozen=True, slots=True)
class Table:
    days: tuple[date, ...]
    columns: Mapping[str, Column]


def decode(payload: bytes) -> Table:
    """Of the JSON, unpacked."""
    wire = orjson.loads(payload)
    return Table(
        tuple(EPOCH + timedelta(days=number) for number in accumulate(wire["t"])),
        {
            name: Column(tuple(whole / one["scale"] for whole in accumulate(one["d"])), one.get("of", ""))
            for name, one in wire["series"].items()
        },
    )


def as_csv(header: Iterable[str], columns: Iterable[Sequence[object]]) -> str:
    """The first column decides how many lines there are; what others do not have is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(zip_longest(*columns))
    return text.getvalue()


def table_as_csv(table: Table) -> str:
    """date, value, paid_in, index, benchmark_1 SPY …"""
    names = [f"{name} {one.of}".strip() for name, one in table.columns.items()]
    days = [day.isoformat() for day in table.days]
    return as_csv(["date", *names], [days, *(one.values for one in table.columns.values())])
