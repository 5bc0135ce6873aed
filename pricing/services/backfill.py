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
from pricing.market.quality import Finding
from pricing.models import NAME_LENGTH, PRICE_DECIMALS, Bar, Dividend, Instrument, Split
from pricing.packed import merge
from pricing.services.findings import judge, known_flip, replace_findings
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import History, NoData, SymbolNotFound

YEARS = 30  # of history kept; one request whatever its length


@dataclass(frozen=True, slots=True)
class Backfill:
    known: bool  # whether the source knows the symbol
    bars: int  # in its answer
    changed: int  # rows that were new or differed, and the currency if it did


def backfill(instrument: Instrument, now: datetime) -> Backfill:
    """Raises gateway.RefusedError or an UpstreamError that is worth another try; the old history stays meanwhile.

    An instrument priced from files keeps those: nothing is asked.
    """
    if _is_manual(instrument):
        return Backfill(known=True, bars=0, changed=0)
    try:
        history = gateway.history(instrument.symbol, now.date() - timedelta(days=366 * YEARS))
    except SymbolNotFound:
        if not instrument.fetched_at:  # one that was known once keeps its history
            mine = Instrument.objects.filter(pk=instrument.pk).exclude(status=Instrument.Status.MANUAL)
            mine.update(status=Instrument.Status.UNKNOWN)
        return Backfill(known=False, bars=0, changed=0)
    except NoData:
        return Backfill(known=True, bars=0, changed=0)
    bars = finished(history, now)
    found = judge(history, bars, now.date() - timedelta(days=366 * YEARS))
    with transaction.atomic():
        if _is_manual(instrument, lock=True):  # a file came while the answer was on its way
            return Backfill(known=True, bars=0, changed=0)
        changed = _store(instrument, history, bars, found, now)
    return Backfill(known=True, bars=len(bars), changed=changed)


def _is_manual(instrument: Instrument, *, lock: bool = False) -> bool:
    rows = Instrument.objects.select_for_update() if lock else Instrument.objects
    return rows.values_list("status", flat=True).get(pk=instrument.pk) == Instrument.Status.MANUAL


def _store(
    instrument: Instrument, history: History, bars: list[UpstreamBar], found: list[Finding], now: datetime
) -> int:
    """How many rows changed, of bars and actions; another currency counts too, for it restates every price."""
    stored = Instrument.objects.values_list("currency", flat=True).get(pk=instrument.pk)
    changed = _swap(instrument, history, bars) + int(stored != history.currency)
    flip = known_flip(instrument, history.currency, now.date())
    replace_findings(instrument, [*found, *flip], now)
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
    return changed


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
