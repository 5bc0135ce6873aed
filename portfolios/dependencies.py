"""What a portfolio's figures depend on: what it traded, exchange rates, its benchmark. Light enough for pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet, Sum

from pricing.market.currencies import MINOR_UNITS, major, rate_symbol
from pricing.models import Instrument

from .models import Portfolio, Transaction

RATE = "=X"  # how the symbol of an exchange rate ends: EURUSD=X


def rate_symbols(currencies: Iterable[str], portfolio: Portfolio) -> dict[str, str]:
    """{foreign currency: the symbol of its rate} of these, as quoted, and of the benchmark's."""
    quoted = {*currencies, portfolio.benchmark.currency if portfolio.benchmark else ""} - {""}
    return {major(c): symbol for c in quoted if (symbol := rate_symbol(c, portfolio.base_currency))}


def prices_revision(portfolio: Portfolio) -> int:
    """Rises whenever a bar, an action or a rate has changed that the figures of this ledger depend on."""
    used = portfolio.transactions.order_by().values_list("instrument", "instrument__currency", "currency").distinct()
    traded = {portfolio.benchmark_id} - {None}
    currencies: set[str] = set()
    for instrument, own, typed in used:
        traded.add(instrument)
        currencies |= {own or "", typed}
    rates = rate_symbols(currencies, portfolio).values()
    found = Instrument.objects.filter(Q(pk__in=traded - {None}) | Q(symbol__in=rates))
    return found.aggregate(revision=Sum("revision", default=0))["revision"]  # type: ignore[no-any-return]  # an integer


def dependents(instruments: Iterable[int]) -> QuerySet[Portfolio]:
    """Portfolios whose figures depend on any of these: traded, an index to compare with, or a rate they need."""
    wanted = list(instruments)
    depends = Q(pk__in=_portfolios(Q(instrument__in=wanted))) | Q(benchmark__in=wanted)
    for symbol in Instrument.objects.filter(pk__in=wanted, symbol__endswith=RATE).values_list("symbol", flat=True):
        currency, base = symbol[:3], symbol.removesuffix(RATE)[-3:]
        units = [currency, *(unit for unit, (whole, _) in MINOR_UNITS.items() if whole == currency)]
        quoted = _portfolios(Q(currency__in=units) | Q(instrument__currency__in=units))
        depends |= Q(base_currency=base) & (Q(pk__in=quoted) | Q(benchmark__currency__in=units))
    return Portfolio.objects.filter(depends)


def _portfolios(traded: Q) -> QuerySet[Transaction]:
    return Transaction.objects.filter(traded).order_by().values("portfolio")  # type: ignore[return-value]  # for pk__in
