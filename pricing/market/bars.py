"""Bars on their way into the database: from an answer to an array, and from a quote to a provisional bar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pricing.upstream.client import Bar, QuoteRow

EPOCH = date(1970, 1, 1)

RECORD = np.dtype(
    [
        ("instrument", "i8"),
        ("session", "i4"),  # days since 1970-01-01
        ("open", "f8"),
        ("high", "f8"),
        ("low", "f8"),
        ("close", "f8"),
        ("adjusted_close", "f8"),
        ("volume", "i8"),
    ]
)


def day_number(day: date) -> int:
    return (day - EPOCH).days


def records(instrument: int, bars: Sequence[Bar]) -> np.ndarray:
    """RECORD array, one per bar, in the order given."""
    rows = [
        (instrument, day_number(b.session), b.open, b.high, b.low, b.close, b.adjusted_close, b.volume) for b in bars
    ]
    return np.array(rows, dtype=RECORD)


def provisional(instrument: int, session: date, quote: QuoteRow) -> tuple[float | int, ...]:
    """After the close the quote is the session's bar, until the history says otherwise. One RECORD's fields."""
    price = quote.price
    high, low = max(quote.high or price, price), min(quote.low or price, price)
    return (instrument, day_number(session), quote.open or price, high, low, price, price, quote.volume or 0)
