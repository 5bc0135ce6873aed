"""Asking for a backtest: whoever asks what was asked before is given that row, anything new becomes a job. No numpy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from charts.backtests.request import Fault, RequestError, as_data, key_of, path_of, read
from charts.backtests.rules import ENGINE, Request, Untraded, symbols_of
from charts.models import Asked, Backtest
from charts.models.backtests import PATIENCE
from portfolios.accounting.sentences import Sentence
from portfolios.dependencies import instruments_of
from portfolios.models import Portfolio
from pricing.market.currencies import rate_symbol
from pricing.models import Instrument
from pricing.services.instruments import ensure_instruments
from stocktracker.jobs.models import UNDER_WAY, Job
from stocktracker.jobs.services import enqueue
from stocktracker.metrics.recording import counted
from stocktracker.metrics.series import CACHE

from .mine import own_portfolio, resolved

KIND = "charts.backtest"
MOST_WAITING = 20  # of one person
LAYER = "backtests"  # among the caches: results that were there already


@dataclass(frozen=True, slots=True)
class Basis:
    """What a request is computed from: the instruments that are known, by symbol, and those still to be fetched."""

    known: dict[str, Instrument]
    missing: list[str]
    ledger: Portfolio | None = None  # of a portfolio that was not traded

    @property
    def revisions(self) -> dict[str, int]:
        own = {f"portfolio {self.ledger.pk}": self.ledger.ledger_revision} if self.ledger else {}
        return dict.fromkeys(self.missing, 0) | {symbol: row.revision for symbol, row in self.known.items()} | own

    def owner(self) -> int | None:
        """Whose it is, if it is made of anything that is not everybody's."""
        if self.ledger:
            return self.ledger.owner_id
        return next((row.entered_by_id for row in self.known.values() if row.entered_by_id), None)


def checked(data: object, user: User, now: datetime) -> Request:
    """The request this person may make. Raises RequestError. One query for each security that is somebody's own."""
    request = read(resolved(data, user, now))
    if isinstance(request.strategy, Untraded):
        return of_portfolio(request, request.strategy, own_portfolio(user, request.strategy.portfolio))
    return request


def of_portfolio(request: Request, strategy: Untraded, portfolio: Portfolio) -> Request:
    """In the portfolio's own currency, from the day on which its trading is to have ended."""
    return replace(request, currency=portfolio.base_currency, start=strategy.since)


def basis_of(request: Request) -> Basis:
    """What there is in the database. One query, two where there are other currencies, more for a portfolio.

    Raises RequestError where that is gone.
    """
    if isinstance(request.strategy, Untraded):
        ledger = _ledger(request.strategy)
        used = {row.symbol: row for row in instruments_of(ledger)}
        wanted = {request.benchmark} - {"", *used}
        used |= {row.symbol: row for row in Instrument.objects.filter(symbol__in=wanted)}
        return _with_rates(request, used, ledger)
    wanted = {*symbols_of(request.strategy), request.benchmark} - {""}
    rows = Instrument.objects.filter(symbol__in=wanted)
    return _with_rates(request, {row.symbol: row for row in rows}, None)


def _ledger(strategy: Untraded) -> Portfolio:
    found = Portfolio.objects.select_related("benchmark").filter(pk=strategy.portfolio).first()
    if found is None:
        raise RequestError([Fault("strategy.portfolio", Sentence("This portfolio is gone."))])
    return found


def _with_rates(request: Request, rows: dict[str, Instrument], ledger: Portfolio | None) -> Basis:
    """With the exchange rates its securities are converted at."""
    wanted = {*symbols_of(request.strategy), request.benchmark} - {""}
    quoted = {row.currency for row in rows.values() if row.currency}
    rates = {symbol for one in quoted if (symbol := rate_symbol(one, request.currency))}
    if further := rates - set(rows):
        rows = rows | {row.symbol: row for row in Instrument.objects.filter(symbol__in=further)}
    known = {symbol: row for symbol, row in rows.items() if is_priced(row)}
    return Basis(known, sorted((wanted | rates) - set(known)), ledger)


def is_priced(row: Instrument) -> bool:
    """Whether its history is here; what is priced by hand never had to come."""
    return row.fetched_at is not None or row.status == Instrument.Status.MANUAL


def ask(data: object, user: User, now: datetime) -> Backtest:
    """The row of this request and of today's prices: there already, or with a job under way. Raises RequestError."""
    request = checked(data, user, now)
    basis = basis_of(request)
    own_or_public(request, basis, user.pk)
    row = found(request, basis)
    if row is None:
        _room(user)
    counted(1, CACHE, LAYER, "hits" if row else "misses")
    if row is None or row.is_waiting:
        row = wanted(request, basis, user, now)
    asked = Asked(user=user, backtest=row, at=now)
    Asked.objects.bulk_create([asked], update_conflicts=True, unique_fields=["user", "backtest"], update_fields=["at"])
    return row


def _room(user: User) -> None:
    """One person's questions leave workers and the source's budget to others. One query."""
    waiting = Job.objects.filter(kind=KIND, requested_by=user, state__in=UNDER_WAY).count()
    if waiting >= MOST_WAITING:
        told = Sentence("{count} of your backtests are still under way. Ask again when some are done.", count=waiting)
        raise RequestError([Fault("", told)])


def wanted(request: Request, basis: Basis, user: User, now: datetime) -> Backtest:
    """A row, the job that computes it and those that fetch what it needs, in one commit; each is there once."""
    with transaction.atomic():
        row, new = find_or_make(request, basis, now)
        if new and basis.missing:
            ensure_instruments(basis.missing, requested_by_id=user.pk, named_by_a_person=True)
        if row.asked_at < now - PATIENCE:  # its job came to nothing long ago: the wait begins anew
            Backtest.objects.waiting().filter(pk=row.pk).update(asked_at=now)
        if row.is_waiting:  # somebody's before us, whose job may have come to nothing, gets another one
            what = basis.ledger.title if basis.ledger else title_of(row.request)
            enqueue(KIND, key=job_key(row), subject=what, requested_by_id=user.pk, backtest=row.pk)
    return row


def job_key(row: Backtest) -> str:
    return f"backtest:{row.key}"


def title_of(request: dict[str, Any]) -> str:
    """What a list of jobs calls it: VTI, BND."""
    strategy = request["strategy"]
    named: Iterable[str] = strategy.get("weights") or strategy.get("symbols") or [strategy.get("symbol", "")]
    return ", ".join(sorted(named))[:60]


def found(request: Request, basis: Basis) -> Backtest | None:
    """Unless it came to nothing, or led to the result of prices that are gone. One query, without the curves."""
    row = Backtest.objects.defer("curves").filter(key=_key(request, basis)).first()
    return row if row and not row.problem and not row.became_id else None


def find_or_make(request: Request, basis: Basis, now: datetime) -> tuple[Backtest, bool]:
    """(the row, whether it is new); one that came to nothing begins anew, for strategies may be of it."""
    if row := found(request, basis):
        return row, False
    key = _key(request, basis)
    ended = Backtest.objects.filter(Q(problem__isnull=False) | Q(became__isnull=False), key=key)
    if ended.update(problem=None, became=None, computed_at=None, revisions=basis.revisions, asked_at=now):
        return Backtest.objects.get(key=key), True
    return Backtest.objects.get_or_create(
        key=key,
        defaults={
            "owner_id": basis.owner(),
            "request": as_data(request),
            "revisions": basis.revisions,
            "asked_at": now,
            "read_at": now,
        },
    )


def _key(request: Request, basis: Basis) -> str:
    """Of the instruments themselves: one that was deleted and named again begins with the same revisions."""
    named = {symbol: f"{symbol} {row.pk}" for symbol, row in basis.known.items()}
    revisions = {named.get(name, name): revision for name, revision in basis.revisions.items()}
    return key_of(as_data(request), revisions, ENGINE, basis.owner())


def own_or_public(request: Request, basis: Basis, user_id: int | None) -> None:
    """What somebody else entered for himself is nobody else's to name. Raises RequestError."""
    faults = [
        Fault(path_of(symbol, request), Sentence("{symbol} is somebody else's own instrument; choose another symbol.",
                                                 symbol=symbol))
        for symbol, row in sorted(basis.known.items())
        if row.entered_by_id not in (None, user_id)
    ]  # fmt: skip
    if faults:
        raise RequestError(faults)
