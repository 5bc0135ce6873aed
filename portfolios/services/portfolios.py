"""Make a portfolio, change what it is, delete it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from portfolios.models import Portfolio, Snapshot
from portfolios.services.combined import follow, funds_of, keep_combined
from portfolios.services.rebuilds import request_rebuild
from portfolios.services.transactions import check_ledger
from pricing.models import Instrument
from pricing.services.instruments import ensure_instruments

BENCHMARK = "SPY"  # what a new portfolio is compared with


class BaseCurrencyError(ValueError):
    """Why figures cannot be in another base currency, as a sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All a portfolio's owner decides about it; funds are symbols."""

    name: str
    base_currency: str
    tracks_cash: bool
    allow_short: bool
    benchmark: str  # of the dashboard; empty: none
    more_benchmarks: tuple[str, ...]
    risk_free: Decimal  # a year's, 0.02 is 2 %
    inflation: Decimal | None  # a year's; None: not adjusted for


def create_portfolio(
    owner: User,
    name: str,
    base_currency: str,
    *,
    tracks_cash: bool,
    allow_short: bool = False,
    is_demo: bool = False,
) -> Portfolio:
    """With the owner's benchmarks, whose histories are fetched if nobody had them yet."""
    symbols = funds_of(owner)
    with transaction.atomic():
        funds = ensure_instruments(symbols, requested_by_id=owner.pk)
        portfolio = Portfolio.objects.create(
            owner=owner,
            name=name,
            base_currency=base_currency,
            tracks_cash=tracks_cash,
            allow_short=allow_short,
            benchmark=funds[symbols[0]] if symbols else None,
            is_demo=is_demo,
        )
        portfolio.more_benchmarks.set([funds[symbol] for symbol in symbols[1:]])
        keep_combined(owner)
    return portfolio


def change_settings(portfolio: Portfolio, settings: Settings, user_id: int) -> None:
    """With the histories that are missing and the job that rebuilds, in one commit.

    Raises LedgerError where there is a short sale that would not be allowed any more, and BaseCurrencyError.
    """
    with transaction.atomic():
        locked = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        forbids = locked.allow_short and not settings.allow_short
        if locked.base_currency != settings.base_currency:
            _keep_currencies(locked, settings.base_currency)
            _forget_figures(locked)
        _put(locked, settings, user_id)
        if forbids:
            check_ledger(locked)
        request_rebuild(locked)
        follow(locked)


def delete_portfolio(portfolio: Portfolio) -> None:
    """With everything in it; a rebuild that is just storing is waited for, a later one finds nothing."""
    with transaction.atomic():
        locked = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
        locked.delete()
        follow(locked)
        keep_combined(portfolio.owner)


def remove_demo(owner: User) -> bool:
    """Whether there was one."""
    there = Portfolio.objects.filter(owner=owner, is_demo=True).first()
    if there is not None:
        delete_portfolio(there)
    return there is not None


def _put(locked: Portfolio, settings: Settings, user_id: int) -> None:
    symbols = {settings.benchmark, *settings.more_benchmarks} - {""}
    funds = ensure_instruments(symbols, portfolio_id=locked.pk, requested_by_id=user_id, named_by_a_person=True)
    for name in ("name", "base_currency", "tracks_cash", "allow_short", "risk_free", "inflation"):
        setattr(locked, name, getattr(settings, name))
    locked.benchmark = funds.get(settings.benchmark)
    locked.ledger_revision += 1
    locked.save()
    locked.more_benchmarks.set([funds[symbol] for symbol in settings.more_benchmarks])


def _forget_figures(portfolio: Portfolio) -> None:
    """Dollars must not be shown as euros until the rebuild."""
    portfolio.holdings.all().delete()
    Snapshot.objects.filter(portfolio=portfolio).delete()


def _keep_currencies(portfolio: Portfolio, base: str) -> None:
    """A deposit of a hundred dollars stays one in dollars, whatever figures are shown in afterwards."""
    if stated := portfolio.transactions.exclude(fx_rate=None).count():
        told = ngettext(
            "%(n)s transaction states an exchange rate into %(old)s. Take it out first, or make a new portfolio in "
            "%(new)s.",
            "%(n)s transactions state an exchange rate into %(old)s. Take them out first, or make a new portfolio in "
            "%(new)s.",
            stated,
        )
        raise BaseCurrencyError(told % {"n": stated, "old": portfolio.base_currency, "new": base})
    unpriced = Q(instrument__currency="", instrument__status=Instrument.Status.UNKNOWN)
    unsaid = portfolio.transactions.filter(Q(instrument=None) | unpriced, currency="")
    unsaid.update(currency=portfolio.base_currency)
