"""Rows 2 and 3: bars into the database, whole histories and one day of everybody, against Django's own ways."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from django.db import connection

from pricing.models import Bar
from pricing.packed import COLUMNS, merge, wire

from .market import bars, listed
from .scenario import Size, closes
from .timing import Aim, Measurement, Peer

HISTORIES, DAYS = 200, 2_500
EVERYBODY, DAYS_BEFORE = 1_000, 60
SAMPLE = 0.05  # share of the work the slow ones do
BATCH = 1_000  # rows of one INSERT
CREATE, UPDATE = "bulk_create(update_conflicts)", "update_or_create"
FIELDS = ("open", "high", "low", "close", "adjusted_close", "volume")


def bulk_create(records: np.ndarray) -> None:
    Bar.objects.bulk_create(
        [Bar(**fields) for fields in _fields(records)],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["instrument", "session"],
        update_fields=FIELDS,
    )


def update_or_create(records: np.ndarray) -> None:
    for fields in _fields(records):
        key = {name: fields.pop(name) for name in ("instrument_id", "session")}
        Bar.objects.update_or_create(**key, defaults=fields)


def copy(ready: bytes) -> None:
    """What COPY BINARY reads, straight into the table: no row may be there."""
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY pricing_bar ({COLUMNS}) FROM STDIN BINARY", io.BytesIO(ready))


def _fields(records: np.ndarray) -> list[dict[str, Any]]:
    """Of each row, as a Bar has them."""
    names = ("instrument_id", "session", *FIELDS)
    columns = [records["instrument"], records["session"].astype("datetime64[D]"), *(records[name] for name in FIELDS)]
    return [dict(zip(names, row, strict=True)) for row in zip(*(column.tolist() for column in columns), strict=True)]


def histories(count: int = HISTORIES, days: int = DAYS) -> Measurement:
    """Each in a statement of its own, as backfills are, into an empty table."""
    prices = closes(Size(count, 0, days // 250 + 1), seed=2)[:, :days]
    mine = bars(listed("H", count), prices)
    sample, ready = mine[: max(int(count * SAMPLE), 1)], wire(np.concatenate(mine))

    def work() -> None:
        for own in mine:
            merge(own)

    return Measurement(
        row="2",
        name=f"backfill {count * days:,} bars",
        work=work,
        aim=Aim({CREATE: 12.0}, limit=2.5),
        peers={CREATE: Peer(lambda: bulk_create(np.concatenate(sample)), share=len(sample) / count)},
        limit=lambda: copy(ready),
        before=_no_bars,
        turns=3,
    )


def one_day(count: int = EVERYBODY, days: int = DAYS_BEFORE) -> Measurement:
    """After the close: one new row for each, where there are others."""
    instruments = listed("D", count)
    known = bars(instruments, closes(Size(count, 0, 1), seed=3)[:, -days - 1 :])
    merge(np.concatenate([own[:-1] for own in known]))
    day = np.concatenate([own[-1:] for own in known])
    sample = day[: max(int(count * SAMPLE), 1)]

    return Measurement(
        row="3",
        name=f"one day of {count:,} instruments",
        work=lambda: merge(day),
        aim=Aim({UPDATE: 100.0, CREATE: 4.0}),
        peers={
            UPDATE: Peer(lambda: update_or_create(sample), share=len(sample) / count),
            CREATE: Peer(lambda: bulk_create(day)),
        },
        before=lambda: Bar.objects.filter(instrument__in=instruments, session=_session(day)).delete(),
    )


def _no_bars() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE pricing_bar")


def _session(day: np.ndarray) -> Any:
    return day["session"][0].astype("datetime64[D]").item()
