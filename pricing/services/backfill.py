"""Fetch an instrument's whole history in one request and swap it in, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from pricing import gateway
from pricing.market.bars import records
from pricing.market.calendar import calendar_of, sessions
from pricing.models import NAME_LENGTH, PRICE_DECIMALS, Bar, Dividend, Instrument, Split
from pricing.packed import merge
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import History, NoData, SymbolNotFound

YEARS = 30  # of history kept; one request whatever its length


@dataclass(frozen=True, slots=True)
class Backfill:
    known: bool  # whether the source knows the symbol
    bars: int  # in its answer
    changed: int  # rows that were new or differed


def backfill(instrument: Instrument, now: datetime) -> Backfill:
    """Raises gateway.RefusedError or an UpstreamError that is worth another try; the old history stays meanwhile."""
    try:
        history = gateway.history(instrument.symbol, now.date() - timedelta(days=366 * YEARS))
    except SymbolNotFound:
        if not instrument.fetched_at:  # one that was known once keeps its history
            Instrument.objects.filter(pk=instrument.pk).update(status=Instrument.Status.UNKNOWN)
        return Backfill(known=False, bars=0, changed=0)
    except NoData:
        return Backfill(known=True, bars=0, changed=0)
    bars = finished(history, now)
    with transaction.atomic():
        changed = _swap(instrument, history, bars)
        Instrument.objects.filter(pk=instrument.pk).update(
            status=Instrument.Status.ACTIVE,
            name=(history.name or instrument.name or instrument.symbol)[:NAME_LENGTH],
            quote_type=history.quote_type,
            currency=history.currency,
            exchange=history.exchange,
            calendar=calendar_of(history.exchange),
            timezone=history.timezone,
            fetched_at=now,
            revision=F("revision") + int(bool(changed)),
        )
    return Backfill(known=True, bars=len(bars), changed=changed)


def finished(history: History, now: datetime) -> list[UpstreamBar]:
    """The bars of sessions that have closed: today's is only half a bar until then."""
    recent = sessions(calendar_of(history.exchange), now.date() - timedelta(days=7), now.date() + timedelta(days=1))
    first_open_day = next((s.day for s in recent if s.closes_at > now), date.max)
    return [bar for bar in history.bars if bar.session < first_open_day]


def _swap(instrument: Instrument, history: History, bars: list[UpstreamBar]) -> int:
    """How many rows changed, of bars and actions. A split restates everything: rows not in the answer go."""
    splits = _store_splits(instrument, history)
    changed = splits + _store_dividends(instrument, history)
    if splits:
        kept = [bar.session for bar in bars]
        changed += Bar.objects.filter(instrument=instrument).exclude(session__in=kept).delete()[0]
    return changed + sum(merge(records(instrument.pk, bars)).values())


def _store_splits(instrument: Instrument, history: History) -> int:
    """How many are new, corrected or withdrawn; the answer is whole, so what it lacks never happened."""
    stated = {day: (Decimal(str(new)), Decimal(str(old))) for day, (new, old) in history.splits.items()}
    known = {row.ex_date: row for row in Split.objects.filter(instrument=instrument)}
    wrong = [row.pk for day, row in known.items() if stated.get(day) != (row.numerator, row.denominator)]
    Split.objects.filter(pk__in=wrong).delete()
    missing = [day for day in stated if day not in known or known[day].pk in wrong]
    Split.objects.bulk_create(
        Split(instrument=instrument, ex_date=day, numerator=stated[day][0], denominator=stated[day][1])
        for day in missing
    )
    return len({*missing, *(day for day in known if known[day].pk in wrong)})


def _store_dividends(instrument: Instrument, history: History) -> int:
    """How many are new or differ: a split restates them too."""
    known = dict(Dividend.objects.filter(instrument=instrument).values_list("ex_date", "amount"))
    rows = [
        Dividend(instrument=instrument, ex_date=day, amount=amount)
        for day, value in history.dividends.items()
        if known.get(day) != (amount := round(Decimal(repr(value)), PRICE_DECIMALS))
    ]
    Dividend.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["instrument", "ex_date"], update_fields=["amount"]
    )
    return len(rows)
