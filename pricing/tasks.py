"""Doorbells of the pricing app: each job kind rings one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from stocktracker.jobs.kinds import job
from stocktracker.jobs.running import PostponedError, Run

if TYPE_CHECKING:
    from pricing.models import Instrument


@job("pricing.refresh_quotes", queue="prices", priority=3, title="Price update")
def refresh_quotes(run: Run, symbols: list[str]) -> None:
    from pricing.models import Instrument

    rows = {row.symbol: row for row in Instrument.objects.filter(symbol__in=symbols)}
    _refresh(run, [rows[symbol] for symbol in symbols if symbol in rows])  # in the order asked for


@job("pricing.first_quotes", queue="prices", priority=2, title="First prices")
def first_quotes(run: Run) -> None:
    from pricing.selectors import without_quote

    _refresh(run, list(without_quote()))


def _refresh(run: Run, instruments: list[Instrument]) -> None:
    from pricing.gateway import RefusedError
    from pricing.selectors import quoted_since
    from pricing.services.instruments import request_restated
    from pricing.services.refresh import refresh_quotes

    now, asked = timezone.now(), quoted_since(run.job.created_at)  # by an earlier attempt, or by somebody else
    try:
        result = refresh_quotes([row for row in instruments if row.pk not in asked], now, run.progress)
    except RefusedError as refusal:
        raise PostponedError(str(refusal), refusal.seconds) from refusal
    with run.commit({"updated": len(result.updated), "missing": result.missing, "refused": result.refused}):
        request_restated(result.restated, now)


@job("pricing.search", queue="interactive", priority=1, max_attempts=1, title="Search for {text}")
def search(run: Run, text: str) -> None:
    from pricing.services.search import search

    with run.commit({"found": search(text)}):
        pass


@job("pricing.describe", queue="prices", priority=9, title="Sector of {symbol}")
def describe(run: Run, symbol: str) -> None:
    from pricing.gateway import RefusedError
    from pricing.models import Instrument
    from pricing.services.search import describe_company

    instrument = Instrument.objects.get(symbol=symbol)
    try:
        describe_company(instrument, timezone.now())
    except RefusedError as refusal:
        raise PostponedError(str(refusal), refusal.seconds) from refusal
    with run.commit({"sector": instrument.sector}):
        pass


@job("pricing.materialise_sessions", queue="housekeeping", priority=8, title="Exchange calendars")
def materialise_sessions(run: Run) -> None:
    from pricing.services.sessions import materialise

    with run.commit({"new": materialise(timezone.now().date())}):
        pass
