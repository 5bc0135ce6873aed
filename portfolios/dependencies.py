"""What a portfolio's figures depend on: what it traded, exchange rates, its benchmark. Light enough for pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from pricing.market.currencies import MINOR_UNITS, major, rate_symbol
from pricing.models import Instrument

from .models import Portfolio, Transaction

RATE = "=X"  # how the symbol of an exchange rate ends: EURUSD=X

# Each instrument (null: cash) with its own currency and one somebody typed.
USED = """
SELECT DISTINCT row.instrument_id, instrument.currency, row.currency
FROM portfolios_transaction row LEFT JOIN pricing_instrument instrument ON instrument.id = row.instrument_id
WHERE row.portfolio_id = ANY(%s)
UNION SELECT NULL, base_currency, '' FROM portfolios_portfolio WHERE id = ANY(%s)
UNION SELECT id, currency, '' FROM pricing_instrument
WHERE id = %s OR id IN (SELECT instrument_id FROM portfolios_portfolio_more_benchmarks WHERE portfolio_id = %s)
"""
REVISION = "SELECT coalesce(sum(revision), 0) FROM pricing_instrument WHERE id = ANY(%s) OR symbol = ANY(%s)"


def benchmarks_of(portfolio: Portfolio) -> list[Instrument]:
    """The one of the dashboard first."""
    more = sorted(portfolio.more_benchmarks.all(), key=lambda fund: fund.symbol)  # prefetched by a rebuild
    return list(dict.fromkeys([*([portfolio.benchmark] if portfolio.benchmark else []), *more]))


def rate_symbols(currencies: Iterable[str], base: str) -> dict[str, str]:
    """{foreign currency: the symbol of its rate} of these, as quoted."""
    return {major(c): symbol for c in sorted({*currencies} - {""}) if (symbol := rate_symbol(c, base))}


def instruments_of(portfolio: Portfolio) -> QuerySet[Instrument]:
    """Whose prices the figures of this ledger depend on: what it traded, its benchmarks, exchange rates."""
    used, rates = _used(portfolio)
    return Instrument.objects.filter(Q(pk__in=used) | Q(symbol__in=rates))


def prices_revision(portfolio: Portfolio) -> int:
    """Rises whenever a bar, an action or a rate has changed that the figures of this ledger depend on.

    A rebuild asks four times; written out, because Django takes longer to compose these two statements than
    PostgreSQL to answer them.
    """
    used, rates = _used(portfolio)
    with connection.cursor() as cursor:
        cursor.execute(REVISION, [used, rates])
        return int(cursor.fetchone()[0])


def _used(portfolio: Portfolio) -> tuple[list[int], list[str]]:
    """Instruments traded or compared with, and the symbols of the exchange rates they and the ledger need."""
    with connection.cursor() as cursor:
        members = portfolio.members
        cursor.execute(USED, [members, members, portfolio.benchmark_id, portfolio.pk])
        found = cursor.fetchall()
    currencies = {currency or "" for _, *both in found for currency in both}
    rates = rate_symbols(currencies, portfolio.base_currency).values()
    return [pk for pk, *_ in found if pk is not None], list(rates)


def dependents(instruments: Iterable[int]) -> QuerySet[Portfolio]:
    """Portfolios whose figures depend on any of these: traded, an index to compare with, or a rate they need.

    A union, not alternatives: of those PostgreSQL asks row by row once they do not fit into its memory.
    """
    wanted = list(instruments)
    ways = [*_portfolios(Q(instrument__in=wanted)), *_comparing(Q(benchmark__in=wanted), Q(instrument__in=wanted))]
    for symbol in Instrument.objects.filter(pk__in=wanted, symbol__endswith=RATE).values_list("symbol", flat=True):
        currency, base = symbol[:3], symbol.removesuffix(RATE)[-3:]
        units = [currency, *(unit for unit, (whole, _) in MINOR_UNITS.items() if whole == currency)]
        converted = [
            *_portfolios(Q(currency__in=units) | Q(instrument__currency__in=units)),
            _combined(Portfolio.objects.filter(base_currency__in=units)),
            *_comparing(Q(benchmark__currency__in=units), Q(instrument__currency__in=units)),
        ]
        ways += [Portfolio.objects.filter(base_currency=base, pk__in=way).values("pk") for way in converted]
    return Portfolio.objects.filter(pk__in=ways[0].union(*ways[1:]))


def _portfolios(traded: Q) -> list[QuerySet[Any]]:
    """Those with such a transaction, and the combined ones that show it."""
    own = Transaction.objects.filter(traded).order_by()
    return [own.values("portfolio"), _combined(Portfolio.objects.filter(pk__in=own.values("portfolio")))]


def _combined(members: QuerySet[Portfolio]) -> QuerySet[Any]:
    owners = members.order_by().values("owner")
    return Portfolio.objects.filter(is_combined=True, owner__in=owners).order_by().values("pk")


def _comparing(first: Q, further: Q) -> list[QuerySet[Any]]:
    """Portfolios with such a benchmark, or with such a one among their further ones."""
    more = Portfolio.more_benchmarks.through.objects.filter(further).values("portfolio")
    return [Portfolio.objects.filter(first).order_by().values("pk"), more]
