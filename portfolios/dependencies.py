"""What a portfolio's figures depend on: what it traded, exchange rates, its benchmark. Light enough for pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Sum

from pricing.market.currencies import MINOR_UNITS, major, rate_symbol
from pricing.models import Instrument

from .models import Portfolio, Transaction

RATE = "=X"  # how the symbol of an exchange rate ends: EURUSD=X


def benchmarks_of(portfolio: Portfolio) -> list[Instrument]:
    """The one of the dashboard first."""
    more = sorted(portfolio.more_benchmarks.all(), key=lambda fund: fund.symbol)  # prefetched by a rebuild
    return list(dict.fromkeys([*([portfolio.benchmark] if portfolio.benchmark else []), *more]))


def rate_symbols(currencies: Iterable[str], base: str) -> dict[str, str]:
    """{foreign currency: the symbol of its rate} of these, as quoted."""
    return {major(c): symbol for c in sorted({*currencies} - {""}) if (symbol := rate_symbol(c, base))}


def instruments_of(portfolio: Portfolio) -> QuerySet[Instrument]:
    """Whose prices the figures of this ledger depend on: what it traded, its benchmarks, exchange rates."""
    used = portfolio.transactions.order_by().values_list("instrument", "instrument__currency", "currency").distinct()
    funds = benchmarks_of(portfolio)
    traded: set[int | None] = {fund.pk for fund in funds}
    currencies = {fund.currency for fund in funds}
    for instrument, own, typed in used:
        traded.add(instrument)
        currencies |= {own or "", typed}
    rates = rate_symbols(currencies, portfolio.base_currency).values()
    return Instrument.objects.filter(Q(pk__in=traded - {None}) | Q(symbol__in=rates))


def prices_revision(portfolio: Portfolio) -> int:
    """Rises whenever a bar, an action or a rate has changed that the figures of this ledger depend on."""
    found = instruments_of(portfolio).aggregate(revision=Sum("revision", default=0))
    return found["revision"]  # type: ignore[no-any-return]  # an integer


def dependents(instruments: Iterable[int]) -> QuerySet[Portfolio]:
    """Portfolios whose figures depend on any of these: traded, an index to compare with, or a rate they need."""
    wanted = list(instruments)
    depends = Q(pk__in=_portfolios(Q(instrument__in=wanted))) | Q(benchmark__in=wanted)
    depends |= Q(pk__in=_compared(Q(instrument__in=wanted)))
    for symbol in Instrument.objects.filter(pk__in=wanted, symbol__endswith=RATE).values_list("symbol", flat=True):
        currency, base = symbol[:3], symbol.removesuffix(RATE)[-3:]
        units = [currency, *(unit for unit, (whole, _) in MINOR_UNITS.items() if whole == currency)]
        quoted = _portfolios(Q(currency__in=units) | Q(instrument__currency__in=units))
        compared = _compared(Q(instrument__currency__in=units))
        depends |= Q(base_currency=base) & (Q(pk__in=quoted) | Q(benchmark__currency__in=units) | Q(pk__in=compared))
    return Portfolio.objects.filter(depends)


def _portfolios(traded: Q) -> QuerySet[Transaction]:
    return Transaction.objects.filter(traded).order_by().values("portfolio")  # type: ignore[return-value]  # for pk__in


def _compared(funds: Q) -> QuerySet[Any]:
    """Portfolios with one of these among their further benchmarks."""
    return Portfolio.more_benchmarks.through.objects.filter(funds).values("portfolio")
