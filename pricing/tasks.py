"""Doorbells of the pricing app: each job kind rings one service."""

from __future__ import annotations

from django.utils import timezone

from stocktracker.jobs.kinds import job
from stocktracker.jobs.running import PostponedError, Run


@job("pricing.refresh_quotes", queue="prices", priority=3, title="Price update")
def refresh_quotes(run: Run, symbols: list[str]) -> None:
    from pricing.gateway import RefusedError
    from pricing.models import Instrument
    from pricing.services.instruments import request_restated
    from pricing.services.refresh import refresh_quotes, restated_symbols

    now, instruments = timezone.now(), list(Instrument.objects.filter(symbol__in=symbols))
    try:
        result = refresh_quotes(instruments, now, run.progress)
    except RefusedError as refusal:
        raise PostponedError(str(refusal), refusal.seconds) from refusal
    with run.commit({"updated": len(result.updated), "missing": result.missing, "refused": result.refused}):
        request_restated(restated_symbols(instruments, result.updated), now)


@job("pricing.materialise_sessions", queue="housekeeping", priority=8, title="Exchange calendars")
def materialise_sessions(run: Run) -> None:
    from pricing.services.sessions import materialise

    with run.commit({"new": materialise(timezone.now().date())}):
        pass
