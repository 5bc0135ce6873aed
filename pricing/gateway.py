"""The one door to the upstream: breaker, pacing and counting around each request, shared by all workers.

State lives in one Upstream row, locked for a moment before and after a request, never during it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from .models import REASON_LENGTH, Upstream
from .upstream.circuit import Circuit, Decision
from .upstream.client import SYMBOLS_PER_REQUEST, History, MarketClient, Quotes, UpstreamError
from .upstream.pacing import BudgetSpent, Limits, take

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

NAME = "yahoo"
LONGEST_WAIT_SECONDS = 20.0  # for a turn; longer than this a job is better put back into the queue


class RefusedError(Exception):
    """Nothing was sent: the breaker is open, a budget is spent or the queue is long. Try again in `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


def quotes(symbols: Iterable[str]) -> Iterator[Quotes]:
    """Latest prices, one request per 50 symbols, given out as they come in.

    Raises RefusedError or an UpstreamError; what was given out before stays good.
    """
    wanted = list(dict.fromkeys(symbols))
    for start in range(0, len(wanted), SYMBOLS_PER_REQUEST):
        chunk = wanted[start : start + SYMBOLS_PER_REQUEST]
        yield _call("quotes", partial(_quotes, chunk))


def _quotes(symbols: list[str], client: MarketClient) -> Quotes:
    return client.quotes(symbols)


def history(symbol: str, start: date, end: date | None = None) -> History:
    """Daily bars, dividends and splits of one symbol, in one request. Raises RefusedError or an UpstreamError."""
    return _call(f"history of {symbol}", lambda client: client.history(symbol, start, end))


def _call(what: str, ask: Callable[[MarketClient], Answer]) -> Answer:
    """A call cut short by our own time limit records nothing: the lease of a probe ends by itself."""
    decision, wait = _admit(timezone.now())
    time.sleep(wait)  # our turn in the pacing all workers share; at most LONGEST_WAIT_SECONDS
    try:
        answer = ask(_client())
    except UpstreamError as error:
        log.warning("%s: %s: %s", what, type(error).__name__, error)
        _record(decision, error)
        raise
    _record(decision, None)
    return answer


@cache
def _client() -> MarketClient:
    if settings.MARKET == "simulated" and not settings.YAHOO_PROXY:
        raise ImproperlyConfigured("MARKET is simulated, but YAHOO_PROXY does not say where: live prices would mix in.")
    client: MarketClient = import_string(settings.UPSTREAM_CLIENT)(
        proxy=settings.YAHOO_PROXY, ca_bundle=settings.YAHOO_CA_BUNDLE, timeout=settings.UPSTREAM_TIMEOUT
    )
    return client


def limits() -> Limits:
    return Limits(
        per_second=settings.UPSTREAM_PER_SECOND,
        burst=settings.UPSTREAM_BURST,
        per_hour=settings.UPSTREAM_PER_HOUR,
        per_day=settings.UPSTREAM_PER_DAY,
    )


def _admit(now: datetime) -> tuple[Decision, float]:
    """The breaker's decision and how many seconds to wait for our turn; raises RefusedError."""
    # It starts before the wait for our turn, and must outlast cookie, crumb and one request together.
    lease = timedelta(seconds=LONGEST_WAIT_SECONDS + 4 * settings.UPSTREAM_TIMEOUT)
    with transaction.atomic():
        row = Upstream.locked(NAME)
        decision, after = row.circuit.ask(now, lease)
        if not decision.allowed:
            raise RefusedError(row.reason or "The price source is paused.", decision.wait_seconds)
        wait, pace = take(row.pace, limits(), now)
        if isinstance(wait, BudgetSpent):
            seconds = (wait.until - now).total_seconds()
            raise RefusedError(f"This {wait.budget}'s budget of requests is spent.", seconds)
        if wait > LONGEST_WAIT_SECONDS:
            raise RefusedError("Too many requests are waiting for their turn.", wait)
        row.pace = pace
        row.move(after, now)
    return decision, wait


def _record(decision: Decision, error: UpstreamError | None) -> None:
    now = timezone.now()
    with transaction.atomic():
        row = Upstream.locked(NAME)
        row.move(_after(row.circuit, decision, error, now), now)


def _after(circuit: Circuit, decision: Decision, error: UpstreamError | None, now: datetime) -> Circuit:
    if error is None:
        return circuit.after_success(now, decision.generation)
    if error.neutral:
        return circuit.after_neutral(decision.generation)
    reason = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
    return circuit.after_failure(now, decision.generation, error.weight, error.retry_after, reason)
