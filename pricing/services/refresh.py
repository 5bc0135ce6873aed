"""Fetch the latest quotes of many instruments, 50 a request, and store what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction
from django.db.models import F, Q

from pricing import gateway
from pricing.market.bars import RECORD, provisional
from pricing.market.calendar import calendar_of
from pricing.models import NAME_LENGTH, PRICE_DECIMALS, Bar, Instrument, Quote
from pricing.packed import merge
from pricing.selectors import preceding_session
from pricing.upstream.client import QuoteRow

SAME_CLOSE = 0.02  # share two statements of one close may differ by; the smallest usual split is 5 for 4

OnBatch = Callable[[int, int, str], None]  # done, total, message
_FIELDS = [field.name for field in Quote._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 — Django's documented API


@dataclass(slots=True)
class Refresh:
    """What happened, by symbol."""

    updated: dict[str, QuoteRow] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # asked for and not answered: the old price stays
    refused: list[str] = field(default_factory=list)  # answered in another currency than before: never shown


def refresh_quotes(instruments: Iterable[Instrument], now: datetime, on_batch: OnBatch) -> Refresh:
    """Stores each batch as it comes; raises gateway.RefusedError or an UpstreamError after storing what it got.

    Whoever is priced from files is not asked for, whoever names it.
    """
    wanted = {row.symbol: row for row in instruments if row.status != Instrument.Status.MANUAL}
    result = Refresh()
    done = 0
    on_batch(0, len(wanted), "")
    for answer in gateway.quotes(wanted):
        result.missing += answer.missing
        good = {symbol: row for symbol, row in answer.rows.items() if _fits(wanted[symbol], row)}
        result.refused += answer.rows.keys() - good.keys()
        _store(wanted, good, now)
        result.updated |= good
        done += len(answer.rows) + len(answer.missing)
        on_batch(done, len(wanted), f"{done} of {len(wanted)} prices")
    return result


def _symbol(named: tuple[str, QuoteRow]) -> str:
    return named[0]


def _fits(instrument: Instrument, row: QuoteRow) -> bool:
    return instrument.currency in ("", row.currency)


def _store(instruments: dict[str, Instrument], rows: dict[str, QuoteRow], now: datetime) -> None:
    Quote.objects.bulk_create(
        # in one order, so that two refreshes wait for each other instead of locking up
        [_quote(instruments[symbol], row, now) for symbol, row in sorted(rows.items(), key=_symbol)],
        update_conflicts=True,
        unique_fields=["instrument"],
        update_fields=_FIELDS,
    )
    unseen = [instruments[symbol] for symbol in rows if instruments[symbol].status == Instrument.Status.NEW]
    for instrument in unseen:
        describe(instrument, rows[instrument.symbol])
    Instrument.objects.bulk_update(unseen, ["name", "quote_type", "currency", "exchange", "calendar", "timezone"])


def describe(instrument: Instrument, row: QuoteRow) -> None:
    """Fills in what the source says the instrument is; the caller saves."""
    instrument.name, instrument.quote_type = row.name[:NAME_LENGTH], row.quote_type
    instrument.currency, instrument.exchange = row.currency, row.exchange
    instrument.calendar, instrument.timezone = calendar_of(row.exchange), row.timezone


def _money(value: float) -> Decimal:
    return round(Decimal(repr(value)), PRICE_DECIMALS)


def _maybe(value: float | None) -> Decimal | None:
    return None if value is None else _money(value)


def _quote(instrument: Instrument, row: QuoteRow, now: datetime) -> Quote:
    return Quote(
        instrument=instrument,
        price=_money(row.price),
        previous_close=_maybe(row.previous_close),
        open=_maybe(row.open),
        high=_maybe(row.high),
        low=_maybe(row.low),
        volume=row.volume,
        at=row.at,
        fetched_at=now,
        market_state=row.market_state,
    )


def store_provisional_bars(instruments: Iterable[Instrument], rows: dict[str, QuoteRow], session: date) -> list[int]:
    """Ids of the instruments that got one: a quote made in that session is its bar until the history says so."""
    asked = list(instruments)
    there = set(Bar.objects.filter(instrument__in=asked, session=session).values_list("instrument", flat=True))
    fields = [
        provisional(instrument.pk, session, row)
        for instrument in asked
        if instrument.pk not in there and (row := rows.get(instrument.symbol)) and _day(row) == session
    ]
    with transaction.atomic():
        changed = list(merge(np.array(fields, dtype=RECORD)))
        Instrument.objects.filter(pk__in=changed).update(revision=F("revision") + 1)
    return changed


def restated_symbols(instruments: Iterable[Instrument], rows: dict[str, QuoteRow]) -> list[str]:
    """Those whose quote states another previous close than our bar of that session: a split restated their history."""
    quoted = {instrument.pk: row for instrument in instruments if (row := rows.get(instrument.symbol))}
    days = {pk: (calendar_of(row.exchange), _day(row)) for pk, row in quoted.items()}
    preceding = {day: preceding_session(*day) for day in set(days.values())}
    before = Q(pk__in=[])
    for pk, day in days.items():
        before |= Q(instrument=pk, session=preceding[day])
    closes = Bar.objects.filter(before).values_list("instrument", "close")
    return sorted(quoted[pk].symbol for pk, close in closes if _differs(quoted[pk].previous_close, close))


def _day(row: QuoteRow) -> date:
    """Of the exchange, on which the price was made."""
    return row.at.astimezone(ZoneInfo(row.timezone)).date()


def _differs(stated: float | None, stored: float) -> bool:
    return stated is not None and abs(stated / stored - 1) > SAME_CLOSE
