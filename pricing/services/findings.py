"""What looks wrong in a history is stored beside it: the whole set with each history, so that what is mended goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from pricing.market.calendar import ALWAYS, CALENDARS, CURRENCIES, session_days
from pricing.market.quality import OF_QUOTES, Finding, Kind, currency_flip, price_findings, rate_gaps, session_gaps
from pricing.models import FINDING_LENGTH, Instrument
from pricing.models import Finding as FindingRow
from pricing.upstream.client import Bar, History


def judge(history: History, bars: Sequence[Bar], since: date) -> list[Finding]:
    """Findings of these bars, but for the currency's; `since`: one day for all instruments builds a calendar once."""
    days = [bar.session for bar in bars]
    found = price_findings([(bar.session, bar.close) for bar in bars], history.splits)
    calendar = CALENDARS.get(history.exchange)  # a guessed one would accuse the source of what is our guess
    if calendar == CURRENCIES:
        return found + rate_gaps(days)
    if calendar is None or calendar == ALWAYS or not days:
        return found
    return found + session_gaps(days, session_days(calendar, since, days[-1]))


def known_flip(instrument: Instrument, stated: str, day: date) -> list[Finding]:
    """At most one: the instrument still has the currency of the history before."""
    row = instrument.findings.filter(kind=Kind.CURRENCY).first()
    known = Finding(Kind.CURRENCY, row.day, row.message, row.before) if row else None
    flip = currency_flip(instrument.currency, stated, day, known)
    return [flip] if flip else []


def replace_findings(instrument: Instrument, found: Iterable[Finding], now: datetime) -> None:
    """Of a history: the whole set. What was found before keeps its time, and stays ignored if it was.

    Joins the caller's transaction.
    """
    rows = _rows(instrument, found, now)
    of_history = instrument.findings.exclude(kind__in=OF_QUOTES)
    mended = [pk for pk, *what in of_history.values_list("pk", "kind", "day") if tuple(what) not in rows]
    FindingRow.objects.filter(pk__in=mended).delete()
    _store(rows.values())


def add_finding(instrument: Instrument, found: Finding, now: datetime) -> None:
    """One more; one of the same kind and day is worded and dated anew."""
    _store(_rows(instrument, [found], now).values(), "found_at")


def _rows(instrument: Instrument, found: Iterable[Finding], now: datetime) -> dict[tuple[str, date], FindingRow]:
    return {
        (one.kind.value, one.day): FindingRow(
            instrument=instrument,
            kind=one.kind.value,
            day=one.day,
            message=one.message[:FINDING_LENGTH],
            before=one.before,
            value=one.value,
            found_at=now,
        )
        for one in found
    }


def _store(rows: Iterable[FindingRow], *more: str) -> None:
    FindingRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["instrument", "kind", "day"],
        update_fields=["message", "before", "value", *more],
    )


def quotes_are_right(instruments: Iterable[int]) -> None:
    """A good quote has come for these: what was found against their quotes before is mended."""
    FindingRow.objects.filter(instrument__in=list(instruments), kind__in=OF_QUOTES).delete()
