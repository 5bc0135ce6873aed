"""The one door to the sources of prices: breaker, pacing and counting around each request, shared by all workers.

State lives in rows locked for a moment before and after a request, never during it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from stocktracker.metrics.recording import timed
from stocktracker.metrics.series import ANSWERED, UPSTREAM
from stocktracker.metrics.tally import current

from . import counters
from .handshakes import Shared
from .models import REASON_LENGTH, Breaker, Upstream
from .selectors import upstream_limits
from .upstream.circuit import Circuit, Decision
from .upstream.client import (
    PRIMARY,
    SYMBOLS_PER_REQUEST,
    BadPayload,
    Family,
    Found,
    History,
    MarketClient,
    Profile,
    Quotes,
    UpstreamError,
)
from .upstream.pacing import BudgetSpent, take

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

LONGEST_WAIT_SECONDS = 20.0  # for a turn; longer than this a job is better put back into the queue
SHARE_MISSING = 0.2  # of symbols it knew yesterday: an answer without more of them is no answer
FEW = 20  # symbols of which a share says nothing


class RefusedError(Exception):
    """Nothing was sent: the breaker is open, a budget is spent or the queue is long. Try again in `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


def quotes(symbols: Iterable[str], known: Collection[str] = (), source: str = PRIMARY) -> Iterator[Quotes]:
    """Latest prices, one request per 50 symbols, given out as they come in.

    `known`: those that were answered before; an answer without many of them is good for what it has, and counts as
    a failure of the source. Raises RefusedError or an UpstreamError; what was given out before stays good.
    """
    wanted = list(dict.fromkeys(symbols))
    for start in range(0, len(wanted), SYMBOLS_PER_REQUEST):
        chunk = wanted[start : start + SYMBOLS_PER_REQUEST]
        yield _call(source, Family.QUOTE, "quotes", partial(_quotes, chunk), partial(_doubt, known))


def _quotes(symbols: list[str], client: MarketClient) -> Quotes:
    return client.quotes(symbols)


def has_holes(known: Collection[str], answer: Quotes) -> bool:
    """Whether too many known symbols are missing for their absence to mean anything."""
    missing = sum(symbol in known for symbol in answer.missing)
    asked = missing + sum(symbol in known for symbol in answer.rows)
    return asked >= FEW and missing > SHARE_MISSING * asked


def _doubt(known: Collection[str], answer: Quotes) -> UpstreamError | None:
    missing = ", ".join(answer.missing[:5])
    return BadPayload(f"known symbols are missing: {missing} …") if has_holes(known, answer) else None


def history(symbol: str, start: date, end: date | None = None, source: str = PRIMARY) -> History:
    """Daily bars, dividends and splits of one symbol, in one request. Raises RefusedError or an UpstreamError."""
    what = f"history of {symbol}"
    return _call(source, Family.CHART, what, lambda client: client.history(symbol, start, end))


def search(text: str) -> tuple[Found, ...]:
    """What the source finds for a text, in one request. Raises RefusedError or an UpstreamError."""
    return _call(PRIMARY, Family.SEARCH, "search", lambda client: client.search(text))


def profile(symbol: str) -> Profile:
    """Sector, industry and country, in one request. Raises RefusedError or an UpstreamError."""
    return _call(PRIMARY, Family.PROFILE, f"profile of {symbol}", lambda client: client.profile(symbol))


def _call(
    source: str,
    family: Family,
    what: str,
    ask: Callable[[MarketClient], Answer],
    judge: Callable[[Answer], UpstreamError | None] = lambda _: None,
) -> Answer:
    """A call cut short by our own time limit records nothing: the lease of a probe ends by itself."""
    client = _client(source)  # before our turn: the first time it takes a second or two
    decision, wait = _admit(source, family, timezone.now())
    time.sleep(wait)  # our turn in the pacing all workers share; at most LONGEST_WAIT_SECONDS
    counters.count(upstream=1)
    current().asked += 1
    start = time.perf_counter()
    try:
        answer = ask(client)
    except UpstreamError as error:
        log.warning("%s: %s: %s", what, type(error).__name__, error)
        timed(time.perf_counter() - start, UPSTREAM, source, family.value, type(error).__name__)
        _record(source, family, decision, error)
        raise
    doubt = judge(answer)
    outcome = type(doubt).__name__ if doubt else ANSWERED
    timed(time.perf_counter() - start, UPSTREAM, source, family.value, outcome)
    if doubt:
        log.warning("%s: %s: %s", what, type(doubt).__name__, doubt)
    _record(source, family, decision, doubt)
    return answer


@cache
def _client(source: str) -> MarketClient:
    if settings.MARKET == "simulated" and not settings.YAHOO_PROXY:
        raise ImproperlyConfigured("MARKET is simulated, but YAHOO_PROXY does not say where: live prices would mix in.")
    client: MarketClient = import_string(settings.UPSTREAM_CLIENTS[source])(
        proxy=settings.YAHOO_PROXY,
        ca_bundle=settings.YAHOO_CA_BUNDLE,
        timeout=settings.UPSTREAM_TIMEOUT,
        handshakes=Shared(settings.MARKET),
    )
    return client


def _admit(source: str, family: Family, now: datetime) -> tuple[Decision, float]:
    """The breaker's decision and how many seconds to wait for our turn; raises RefusedError."""
    # It starts before the wait for our turn, and must outlast cookie, crumb and one request together.
    lease = timedelta(seconds=LONGEST_WAIT_SECONDS + 4 * settings.UPSTREAM_TIMEOUT)
    with transaction.atomic():
        row = Upstream.locked(source)  # before the breaker, always: two callers never lock each other up
        breaker = Breaker.locked(source, family)
        decision, after = breaker.circuit.ask(now, lease)
        if not decision.allowed:
            why = f": {breaker.reason}" if breaker.reason else "."
            raise RefusedError(f"The price source is paused{why}", decision.wait_seconds)
        wait, pace = take(row.pace, upstream_limits(), now)
        if isinstance(wait, BudgetSpent):
            seconds = (wait.until - now).total_seconds()
            raise RefusedError(f"This {wait.budget}'s budget of requests is spent.", seconds)
        if wait > LONGEST_WAIT_SECONDS:
            raise RefusedError("Too many requests are waiting for their turn.", wait)
        row.pace = pace
        row.save()
        breaker.move(after, now)
    return decision, wait


def _record(source: str, family: Family, decision: Decision, error: UpstreamError | None) -> None:
    now = timezone.now()
    with transaction.atomic():
        breaker = Breaker.locked(source, family)
        breaker.move(_after(breaker.circuit, decision, error, now), now)


def _after(circuit: Circuit, decision: Decision, error: UpstreamError | None, now: datetime) -> Circuit:
    if error is None:
        return circuit.after_success(now, decision.generation, decision.asked_at)
    if error.neutral:
        return circuit.after_neutral(decision.generation)
    reason = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
    return circuit.after_failure(now, decision.generation, error.weight, error.retry_after, reason)
