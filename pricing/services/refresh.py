"""Fetch the latest quotes of many instruments, 50 a request, and store what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from pricing import gateway
from pricing.market.calendar import calendar_of
from pricing.market.quality import Finding, Kind
from pricing.market.sifting import Verdict
from pricing.models import NAME_LENGTH, PRICE_DECIMALS, Instrument, Quote
from pricing.services.findings import add_finding, quotes_are_right
from pricing.services.judging import judge, session_of
from pricing.services.listeners import tell_of_quotes
from pricing.services.strikes import forgive, strike
from pricing.upstream.client import QuoteRow, Quotes

KNOWN_WITHIN = timedelta(days=1)  # who was answered for then is expected to be again
OnBatch = Callable[[int, int, str], None]  # done, total, message
_FIELDS = [field.name for field in Quote._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 — Django's documented API


@dataclass(slots=True)
class Refresh:
    """What happened, by symbol."""

    updated: dict[str, QuoteRow] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # asked for and not answered: the old price stays
    restated: list[str] = field(default_factory=list)  # of another scale or currency than our history: ask for that
    refused: dict[str, str] = field(default_factory=dict)  # contradicts what is known, and why: never shown
    delisted: list[str] = field(default_factory=list)  # missing on the third day


def refresh_quotes(instruments: Iterable[Instrument], now: datetime, on_batch: OnBatch) -> Refresh:
    """Stores each batch as it comes; raises gateway.RefusedError or an UpstreamError after storing what it got.

    Asked in the order given. Whoever is priced from files is not asked for, whoever names it.
    """
    wanted = {row.symbol: row for row in instruments if row.status != Instrument.Status.MANUAL}
    lately = Quote.objects.filter(instrument__in=list(wanted.values()), fetched_at__gte=now - KNOWN_WITHIN)
    known = set(lately.values_list("instrument__symbol", flat=True))
    result, done = Refresh(), 0
    on_batch(0, len(wanted), "")
    for answer in gateway.quotes(wanted, known):
        with transaction.atomic():
            _sift(result, wanted, answer, now)
        if not gateway.has_holes(known, answer):
            result.delisted += [row.symbol for row in strike([wanted[symbol] for symbol in answer.missing], now)]
        result.missing += answer.missing
        done += len(answer.rows) + len(answer.missing)
        on_batch(done, len(wanted), f"{done} of {len(wanted)} prices")
    return result


def _sift(result: Refresh, wanted: dict[str, Instrument], answer: Quotes, now: datetime) -> None:
    """Stores what may be believed, and keeps what may not, with the reason.

    The instruments are locked meanwhile: no history is swapped in between the judgement and the store.
    """
    asked = sorted(wanted[symbol].pk for symbol in answer.rows)
    locked = Instrument.objects.select_for_update(no_key=True).filter(pk__in=asked).order_by("pk").in_bulk()
    wanted = {symbol: locked[wanted[symbol].pk] for symbol in answer.rows}
    judged = judge(wanted, answer.rows)
    good = {symbol: row for symbol, row in answer.rows.items() if judged[symbol].verdict is Verdict.GOOD}
    for symbol in answer.rows.keys() - good.keys():
        row, why = answer.rows[symbol], judged[symbol].why
        restated = judged[symbol].verdict is Verdict.RESTATED
        if restated or row.currency != wanted[symbol].currency:
            result.restated.append(symbol)
        if not restated:
            result.refused[symbol] = why
        message = f"{why}: the new price is not shown, the one before stays."
        kind = Kind.RESTATED if restated else Kind.QUOTE
        add_finding(wanted[symbol], Finding(kind, session_of(row), message, row.currency, row.price), now)
    _store(wanted, good, now)
    answered = [wanted[symbol].pk for symbol in good]
    quotes_are_right(answered)
    forgive(answered)
    tell_of_quotes(answered, now)
    result.updated |= good


def _symbol(named: tuple[str, QuoteRow]) -> str:
    return named[0]


def _store(instruments: dict[str, Instrument], rows: dict[str, QuoteRow], now: datetime) -> None:
    later = _at_later_times(instruments, rows)
    Quote.objects.filter(instrument__symbol__in=rows.keys() - later.keys()).update(fetched_at=now)
    Quote.objects.bulk_create(
        # in one order, so that two refreshes wait for each other instead of locking up
        [_quote(instruments[symbol], row, now) for symbol, row in sorted(later.items(), key=_symbol)],
        update_conflicts=True,
        unique_fields=["instrument"],
        update_fields=_FIELDS,
    )
    unseen = [instruments[symbol] for symbol in rows if instruments[symbol].status == Instrument.Status.NEW]
    for instrument in unseen:
        describe(instrument, rows[instrument.symbol])
    Instrument.objects.bulk_update(unseen, ["name", "quote_type", "currency", "exchange", "calendar", "timezone"])


def _at_later_times(instruments: dict[str, Instrument], rows: dict[str, QuoteRow]) -> dict[str, QuoteRow]:
    """Without those made before what is stored: of a source's many servers some lag behind."""
    asked = [instruments[symbol].pk for symbol in rows]
    stored = dict(Quote.objects.filter(instrument__in=asked).values_list("instrument__symbol", "at"))
    return {symbol: row for symbol, row in rows.items() if symbol not in stored or row.at >= stored[symbol]}


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
