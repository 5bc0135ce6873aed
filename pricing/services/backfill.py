"""Fetch an instrument's whole history in one request and, if it may be believed, swap it in, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from pricing import gateway
from pricing.market.calendar import calendar_of, sessions
from pricing.market.quality import Finding, Kind, split_like
from pricing.market.sifting import is_far, spikes, unrestated
from pricing.models import NAME_LENGTH, Instrument
from pricing.services.findings import add_finding, judge, known_flip, replace_findings
from pricing.services.histories import level_moved, new_splits, ratios_of, stored_closes, swap
from pricing.services.strikes import strike
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import History, NoData, SymbolNotFound

YEARS = 30  # of history kept; one request whatever its length
BELIEVED_AFTER = timedelta(days=2)  # of answers that say the same each day, against what is stored
ALIVE = timedelta(days=10)  # a history that ends longer ago is of something that is no longer quoted


@dataclass(frozen=True, slots=True)
class Answer:
    history: History | None  # None: nothing in the range asked for
    known: bool = True  # whether the source knows the symbol


@dataclass(frozen=True, slots=True)
class Backfill:
    known: bool  # whether the source knows the symbol
    bars: int = 0  # in its answer
    changed: int = 0  # rows that were new or differed, and the currency if it did
    refused: str = ""  # why nothing of the answer was stored
    split: float = 1.0  # new shares for an old one, of splits since the history before


NOTHING = Backfill(known=True)


def backfill(instrument: Instrument, now: datetime, *, trusted: bool = False) -> Backfill:
    """Asks and takes. Raises what `ask` raises; the old history stays meanwhile."""
    answer = ask(instrument, now)
    with transaction.atomic():
        return take(instrument, answer, now, trusted=trusted)


def ask(instrument: Instrument, now: datetime) -> Answer:
    """One request; none for what is priced from files. Raises gateway.RefusedError, or an UpstreamError that is
    worth another try.
    """
    if instrument.status == Instrument.Status.MANUAL:
        return Answer(None)
    try:
        return Answer(gateway.history(instrument.symbol, _since(now)))
    except SymbolNotFound:
        return Answer(None, known=False)
    except NoData:
        return Answer(None)


def _since(now: datetime) -> date:
    return now.date() - timedelta(days=366 * YEARS)


def take(instrument: Instrument, answer: Answer, now: datetime, *, trusted: bool = False) -> Backfill:
    """Stores what may be believed. Joins the caller's transaction.

    An answer that contradicts itself or what is stored is refused as a whole, unless `trusted`.
    """
    row = Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
    history = answer.history
    if row.status == Instrument.Status.MANUAL:  # a file may have come while the answer was on its way
        return NOTHING
    Instrument.objects.filter(pk=row.pk).update(asked_at=now)
    row.asked_at = now
    if not answer.known:
        _unknown(row, now)
        return Backfill(known=False)
    if history is None:
        return NOTHING
    bars = finished(history, now)
    if not trusted and (doubt := _doubt(row, history, bars, now)) and not _repeated(row, doubt, history, now):
        add_finding(row, doubt, now)
        return Backfill(known=True, bars=len(bars), refused=doubt.message)
    good, refused = sift(history, bars)
    found = [*judge(history, good, _since(now)), *refused, *known_flip(row, history.currency, now.date())]
    swapped = swap(row, history, good, trusted=trusted)
    changed = swapped.changed + int(row.currency != history.currency)
    replace_findings(row, [*found, *map(_withdrawn, swapped.doubtful)], now)
    _describe(row, history, good, now)
    row.revision += int(bool(changed))
    row.save()
    return Backfill(known=True, bars=len(bars), changed=changed, split=swapped.split)


def _withdrawn(ex_date: date) -> Finding:
    message = (
        f"The source no longer lists the split of {ex_date}. It is kept, for closes before it are still divided by it. "
        "Take the answer if there was no such split."
    )
    return Finding(Kind.WITHDRAWN, ex_date, message)


def _repeated(row: Instrument, doubt: Finding, history: History, now: datetime) -> bool:
    """Whether the same was refused for days, quotes say so too, and it is no split: then what is stored is wrong."""
    if doubt.kind is Kind.UNDIVIDED or (doubt.value is not None and split_like(doubt.value)) or not history.bars:
        return False
    quoted = row.findings.filter(kind__in=(Kind.QUOTE, Kind.RESTATED), before=history.currency)
    agree = any(
        value is not None and not is_far(value, history.bars[-1].close)
        for value in quoted.values_list("value", flat=True)
    )
    return agree and row.findings.filter(kind=doubt.kind, found_at__lte=now - BELIEVED_AFTER).exists()


def _describe(row: Instrument, history: History, bars: Sequence[UpstreamBar], now: datetime) -> None:
    last = bars[-1].session if bars else None
    alive = last is not None and now.date() - last <= ALIVE
    if alive or row.status != Instrument.Status.DELISTED:
        row.status, row.strikes, row.struck_on = Instrument.Status.ACTIVE, 0, None
        row.findings.filter(kind=Kind.DELISTED).delete()
    row.name = (history.name or row.name or row.symbol)[:NAME_LENGTH]
    row.quote_type, row.currency, row.exchange = history.quote_type, history.currency, history.exchange
    row.calendar, row.timezone = calendar_of(history.exchange), history.timezone
    row.fetched_at, row.checked_to = now, last


def _unknown(row: Instrument, now: datetime) -> None:
    """One that was known once keeps its history, and gets a strike."""
    if row.fetched_at:
        strike([row], now)
    else:
        row.status, row.strikes, row.struck_on = Instrument.Status.UNKNOWN, row.strikes + 1, now.astimezone(UTC).date()
        row.save(update_fields=["status", "strikes", "struck_on"])


def _doubt(instrument: Instrument, history: History, bars: Sequence[UpstreamBar], now: datetime) -> Finding | None:
    """What forbids to store any of this answer."""
    stored, today = instrument.known_currency, now.astimezone(UTC).date()
    if stored not in ("", history.currency):
        message = (
            f"The source now states prices in {history.currency}, so far they were in {stored}: nothing of that was "
            "taken. Take it if the new currency is right."
        )
        return Finding(Kind.CURRENCY, today, message, before=stored)
    closes = [(bar.session, bar.close) for bar in history.bars]  # the running session tells of its own split
    if wrong := unrestated(closes, new_splits(instrument, history), stored_closes(instrument)):
        message = (
            f"The source lists the split of {wrong[-1]}, but its closes before that day are not divided by it yet: "
            "nothing of that was taken. It is asked again in a few hours."
        )
        return Finding(Kind.UNDIVIDED, wrong[-1], message)
    if factor := level_moved(instrument, history, bars):
        message = (
            f"The source now states closes {factor:.4g} times those it stated before, and no split: nothing of that "
            "was taken. Take it if the new prices are right."
        )
        return Finding(Kind.HISTORY, today, message, value=factor)
    return None


def sift(history: History, bars: Sequence[UpstreamBar]) -> tuple[list[UpstreamBar], list[Finding]]:
    """The bars that may be believed, and findings of the others."""
    wrong = set(spikes([(bar.session, bar.close) for bar in bars], ratios_of(history)))
    found = [
        Finding(
            Kind.BAR,
            bar.session,
            f"The source states {bar.close:g} for {bar.session}, far from the closes around it: not taken, the close "
            "before counts on that day. Enter the right one if you know it.",
            value=bar.close,
        )
        for index, bar in enumerate(bars)
        if index in wrong
    ]
    return [bar for index, bar in enumerate(bars) if index not in wrong], found


def finished(history: History, now: datetime) -> list[UpstreamBar]:
    """The bars of sessions that have closed: today's is only half a bar until then."""
    recent = sessions(calendar_of(history.exchange), now.date() - timedelta(days=14), now.date() + timedelta(days=1))
    if not recent:  # hours that nobody records, or no longer
        today = now.astimezone(history.zone).date()
        return [bar for bar in history.bars if bar.session < today]
    first_open_day = next((s.day for s in recent if s.closes_at > now), date.max)
    return [bar for bar in history.bars if bar.session < first_open_day]
