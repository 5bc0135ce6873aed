"""Instruments with made-up bars, ready for the database or in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection

from pricing.market.bars import RECORD, day_number
from pricing.models import Instrument
from pricing.packed import merge

from .scenario import Size, sessions

PRICES = ("open", "high", "low", "close", "adjusted_close")


def listed(name: str, count: int) -> list[Instrument]:
    """New rows, priced by nobody."""
    return Instrument.objects.bulk_create(
        Instrument(symbol=f"{name}.{number}", currency="USD", calendar="XNYS", status="active", revision=1)
        for number in range(count)
    )


def bars(instruments: Sequence[Instrument], prices: np.ndarray) -> list[np.ndarray]:
    """RECORD array of each; `prices` (instruments, days) are of the last days of the scenario's calendar."""
    count = prices.shape[1]
    days = np.array([day_number(day) for day in sessions(count // 250 + 1)[-count:]], dtype=np.int32)
    found = []
    for instrument, own in zip(instruments, prices, strict=True):
        rows = np.zeros(count, dtype=RECORD)
        rows["instrument"], rows["session"], rows["volume"] = instrument.pk, days, 1
        for column in PRICES:
            rows[column] = own
        found.append(rows)
    return found


def settle() -> None:
    """As PostgreSQL does by itself within a minute or so of many new rows; not inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE pricing_bar")


def stored(size: Size, prices: np.ndarray) -> list[Instrument]:
    """With their bars in the database."""
    rows = listed(f"P{size.holdings}.{size.years}", size.holdings)
    for own in bars(rows, prices):
        merge(own)
    return rows
