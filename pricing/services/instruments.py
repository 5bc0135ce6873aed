"""Instruments come into being when somebody names a symbol; their history is fetched by a job."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pricing.models import Instrument
from stocktracker.jobs.services import enqueue

RESTATED_EVERY = timedelta(hours=4)


def ensure_instruments(
    symbols: Iterable[str],
    *,
    portfolio_id: int | None = None,
    requested_by_id: int | None = None,
    named_by_a_person: bool = False,
) -> dict[str, Instrument]:
    """{symbol: instrument}; new ones get a backfill job. Joins the caller's transaction.

    What the source did not know once is asked for again only when a person names it: it may be listed by now.
    """
    hopeful = {Instrument.Status.NEW, *([Instrument.Status.UNKNOWN] if named_by_a_person else [])}
    wanted = sorted(set(symbols))
    Instrument.objects.bulk_create([Instrument(symbol=symbol) for symbol in wanted], ignore_conflicts=True)
    found = {row.symbol: row for row in Instrument.objects.filter(symbol__in=wanted)}
    for instrument in found.values():
        if instrument.fetched_at is None and instrument.status in hopeful:
            enqueue(
                "stocktracker.backfill",
                key=f"backfill:{instrument.symbol}",
                symbol=instrument.symbol,
                portfolio_id=portfolio_id,
                requested_by_id=requested_by_id,
            )
    return found


def request_restated(symbols: Iterable[str], now: datetime) -> None:
    """Their histories, a few times a day each: a source that contradicts itself must not eat the budget."""
    slot = int(now.timestamp() // RESTATED_EVERY.total_seconds())
    for symbol in symbols:
        enqueue("stocktracker.backfill", key=f"restated:{symbol}:{slot}", once=True, priority=1, symbol=symbol)
