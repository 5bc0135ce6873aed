"""Quotes held against the stored history before they are shown: reads what pricing.market.sifting judges by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q

from pricing.market.calendar import ALWAYS, CURRENCIES
from pricing.market.quality import Kind
from pricing.market.sifting import Judged, Known, judge_quote
from pricing.models import Bar, Finding, Instrument, TradingSession
from pricing.selectors import preceding_session
from pricing.upstream.client import QuoteRow

LOOK_BACK = timedelta(days=14)  # for the last close before a quote: the longest pause of an exchange is shorter


def judge(instruments: Mapping[str, Instrument], rows: Mapping[str, QuoteRow]) -> dict[str, Judged]:
    """By symbol. Three queries, and one for each exchange and day among them."""
    days = {symbol: session_of(row) for symbol, row in rows.items()}
    closes = _last_closes({instruments[symbol].pk: day for symbol, day in days.items()})
    opened = _opens({(instruments[symbol].calendar, day) for symbol, day in days.items()})
    before = {key: preceding_session(*key) for key in {(instruments[s].calendar, day) for s, day in days.items()}}
    awaited = _awaited([instruments[symbol].pk for symbol in rows])
    judged = {}
    for symbol, row in rows.items():
        instrument, day = instruments[symbol], days[symbol]
        last_day, close = closes.get(instrument.pk, (None, None))
        restless = instrument.calendar in (ALWAYS, CURRENCIES)  # no close two sources would agree on, and no splits
        known = Known(
            currency=instrument.known_currency,
            close=close,
            exact=last_day is not None and last_day == before[instrument.calendar, day],
            refetched=restless or _refetched(instrument, opened.get((instrument.calendar, day)) or _midnight(row, day)),
            awaited=instrument.pk in awaited,
        )
        judged[symbol] = judge_quote(known, row.price, None if restless else row.previous_close, row.currency)
    return judged


def _awaited(instruments: list[int]) -> set[int]:
    """Those of which a quote has told of a split since their history was stored."""
    told = Finding.objects.filter(instrument__in=instruments, kind=Kind.RESTATED)
    since = Q(instrument__fetched_at=None) | Q(instrument__fetched_at__lt=F("found_at"))
    return set(told.filter(since).values_list("instrument", flat=True))


def session_of(row: QuoteRow) -> date:
    """The day of the exchange on which the price was made."""
    return row.at.astimezone(row.zone).date()


def _midnight(row: QuoteRow, day: date) -> datetime:
    return datetime.combine(day, time(), row.zone)


def _refetched(instrument: Instrument, opened_at: datetime) -> bool:
    return instrument.fetched_at is not None and instrument.fetched_at >= opened_at


def _last_closes(days: Mapping[int, date]) -> dict[int, tuple[date, float]]:
    """{instrument: its last bar (session, close) before that day}."""
    if not days:
        return {}
    near = (min(days.values()) - LOOK_BACK, max(days.values()))
    bars = Bar.objects.filter(instrument__in=days, session__range=near).order_by("session")
    found: dict[int, tuple[date, float]] = {}
    for pk, session, close in bars.values_list("instrument", "session", "close"):
        if session < days[pk]:
            found[pk] = (session, close)
    return found


def _opens(wanted: set[tuple[str, date]]) -> dict[tuple[str, date], datetime]:
    chosen = Q(pk__in=[])
    for calendar, day in wanted:
        chosen |= Q(calendar=calendar, session=day)
    rows = TradingSession.objects.filter(chosen).values_list("calendar", "session", "opens_at")
    return {(calendar, day): opens_at for calendar, day, opens_at in rows}
