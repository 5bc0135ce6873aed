"""Where prices have been: the range of a year and the last closes, read without numpy, for pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

YEAR = timedelta(days=365)
SESSIONS = 30  # of a sparkline

# Instrument by instrument, along the primary key.
RANGES = """
SELECT instrument.id, year.low, year.high, lately.closes
FROM pricing_instrument AS instrument
CROSS JOIN LATERAL (
  SELECT min(low) AS low, max(high) AS high FROM pricing_bar WHERE instrument_id = instrument.id AND session > %s
) AS year
CROSS JOIN LATERAL (
  SELECT array_agg(close ORDER BY session) AS closes FROM (
    SELECT session, close FROM pricing_bar WHERE instrument_id = instrument.id ORDER BY session DESC LIMIT %s
  ) AS last
) AS lately
WHERE instrument.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Range:
    """As quoted; of an instrument without bars in the year there is no low and no high."""

    low: float | None
    high: float | None
    closes: list[float]  # the last sessions', in order

    def position(self, price: float) -> float | None:
        """0 at the year's low, 1 at its high, whichever a quote has moved meanwhile."""
        if self.low is None or self.high is None:
            return None
        low, high = min(self.low, price), max(self.high, price)
        return (price - low) / (high - low) if high > low else None


def ranges(instruments: Collection[int], today: date) -> dict[int, Range]:
    """{instrument: its range}. One query, none for nobody."""
    if not instruments:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(RANGES, [today - YEAR, SESSIONS, list(instruments)])
        return {pk: Range(low, high, closes or []) for pk, low, high, closes in cursor.fetchall()}
