"""What a second source may do: fill in days the first does not answer for, where both agree on the days before.

It never overrules: a bar the first has stated stays, and its own are provisional until the first speaks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from pricing import gateway
from pricing.market.bars import records
from pricing.market.sifting import SAME_CLOSE, spikes
from pricing.models import PRICE_DECIMALS, Bar, Instrument, Quote, TradingSession
from pricing.packed import merge
from pricing.services.backfill import finished
from pricing.services.listeners import tell_of_quotes
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import NoData, SymbolNotFound

OVERLAP = timedelta(days=40)  # looked at on both sides
FEWEST = 10  # sessions both must have in it


@dataclass(frozen=True, slots=True)
class Filled:
    bars: int
    why_not: str = ""  # a sentence, where nothing was taken


def fill(instrument: Instrument, now: datetime) -> Filled:
    """One request. Raises gateway.RefusedError or an UpstreamError of the second source."""
    last = Bar.objects.filter(instrument=instrument).order_by("-session").values_list("session", flat=True).first()
    if not instrument.second_source or last is None:
        return Filled(0, f"{instrument} has no second source, or no history of its first one.")
    since = (instrument.checked_to or last) - OVERLAP
    try:
        history = gateway.history(instrument.symbol, since, source=instrument.second_source)
    except (NoData, SymbolNotFound) as error:
        return Filled(0, str(error))
    bars = finished(history, now)
    with transaction.atomic():
        row = Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
        stored = dict(Bar.objects.filter(instrument=row, session__gte=since).values_list("session", "close"))
        if doubt := _doubt(row, history.currency, stored, bars):
            return Filled(0, doubt)
        united = sorted({**stored, **{bar.session: bar.close for bar in bars}}.items())
        doubted = {united[index][0] for index in spikes(united, {})}
        new = [bar for bar in bars if bar.session not in stored and bar.session not in doubted]
        changed = sum(merge(records(row.pk, new)).values())
        Instrument.objects.filter(pk=row.pk).update(revision=F("revision") + int(bool(changed)))
        _quote(row, [bar for bar in bars if bar.session not in doubted], now)
    return Filled(changed)


def _doubt(row: Instrument, currency: str, stored: dict[date, float], bars: list[UpstreamBar]) -> str:
    """Why nothing of it may be taken; empty if it may."""
    if currency != row.currency:
        return f"{row.second_source} quotes {row} in {currency}, its prices are in {row.currency}."
    both = [(bar.close, stored[bar.session]) for bar in bars if bar.session in stored]
    if len(both) < FEWEST:
        return f"{row.second_source} has only {len(both)} of the last sessions of {row}: too few to compare."
    if any(abs(theirs / ours - 1) > SAME_CLOSE for theirs, ours in both):
        return f"{row.second_source} states other closes of {row} than its history: perhaps a split, or another share."
    return ""


def _quote(row: Instrument, bars: list[UpstreamBar], now: datetime) -> None:
    """Its last close is the latest price, if it is of a later session than the one shown."""
    last, before = bars[-1], bars[-2]
    session = TradingSession.objects.filter(calendar=row.calendar, session=last.session).first()
    if session is None:
        return
    shown = Quote.objects.filter(instrument=row, at__gte=session.closes_at - timedelta(hours=1))
    if shown.exists():
        return
    prices = {"price": last.close, "previous_close": before.close, "open": last.open, "high": last.high}
    money = {name: round(Decimal(repr(value)), PRICE_DECIMALS) for name, value in (prices | {"low": last.low}).items()}
    rest = {"volume": last.volume, "at": session.closes_at, "fetched_at": now, "market_state": "CLOSED"}
    Quote.objects.update_or_create(instrument=row, defaults=money | rest)
    tell_of_quotes([row.pk], now)
