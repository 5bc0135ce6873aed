"""Everything a rebuild needs, read in a handful of queries; runs in workers only (numpy)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.db import connection

from pricing.closes import closes
from pricing.market.currencies import major, unit
from pricing.models import Dividend, Instrument
from pricing.packed import EMPTY, Pack

from . import ledgers
from .accounting.dividends import Payout
from .accounting.entries import Entry, SplitFact
from .accounting.findings import FAR, Fill
from .accounting.ledger import Rules
from .accounting.splits import factor_after, merge_splits
from .booking import RateOn, entries_of, provider_splits, rules_of
from .dependencies import benchmarks_of, prices_revision, rate_symbols
from .ledgers import Kept
from .models import Portfolio
from .performance.book import Book, Listed, Prices, close_on, exactly, paid_prices


@dataclass(frozen=True, slots=True)
class Inputs:
    portfolio: Portfolio
    book: Book
    instruments: dict[int, Instrument]  # every one that appears in a transaction
    typed: frozenset[str]  # currencies as typed in its transactions
    rate_ids: dict[str, int]  # instruments of the exchange rates
    missing_rates: list[str]  # their symbols, where there is no bar yet
    payouts: dict[int, list[Payout]]  # dividends of each instrument
    fills: list[Fill]  # trades that may be far from the range of their day
    prices_revision: int
    kept: Kept | None = None  # its ledger, if a rebuild before has replayed it

    @property
    def quoted(self) -> dict[int, str]:
        """{instrument: currency of its prices, as quoted}."""
        return {pk: row.currency for pk, row in self.instruments.items()}

    @property
    def entries(self) -> list[Entry]:
        return list(self.book.entries)


def read_inputs(portfolio: Portfolio) -> Inputs:
    """Of one moment: read again if a price changed meanwhile, so that a split never meets bars from before it."""
    while True:
        revision = prices_revision(portfolio)
        inputs = _read(portfolio, revision)
        if prices_revision(portfolio) == revision:
            return inputs


def _read(portfolio: Portfolio, revision: int) -> Inputs:
    """From the ledger kept in memory if it still is the same, else from all transactions."""
    kept = ledgers.shelf.find(portfolio)
    if kept is not None:
        rules = kept.book.rules if portfolio.is_combined else rules_of(portfolio)
        inputs = _assemble(
            portfolio, revision, list(kept.book.listed), kept.typed, rules, lambda _rates: list(kept.entries)
        )
        if kept.serves(inputs.book, inputs.quoted):
            return replace(inputs, kept=kept)
    transactions = list(portfolio.entered.order_by("date", "pk"))
    for row in transactions:
        if row.portfolio_id == portfolio.pk:
            row.portfolio = portfolio
    typed = frozenset([*(t.currency for t in transactions), *(t.portfolio.base_currency for t in transactions)])
    rules = rules_of(portfolio, transactions)
    used = list(dict.fromkeys(t.instrument_id for t in transactions if t.instrument_id))

    def booked(rates: Mapping[str, Prices]) -> list[Entry]:
        return entries_of(transactions, portfolio, _rate_lookup(rates))

    return _assemble(portfolio, revision, used, typed, rules, booked)


def _assemble(
    portfolio: Portfolio,
    revision: int,
    used: list[int],
    typed: frozenset[str],
    rules: Rules,
    booked: Callable[[Mapping[str, Prices]], list[Entry]],
) -> Inputs:
    """`used`: instruments; `typed`: currencies of transactions; `booked`: entries, given exchange rates."""
    base, funds = portfolio.base_currency, benchmarks_of(portfolio)
    instruments = Instrument.objects.in_bulk(used)
    symbols = rate_symbols([*typed, *(row.currency for row in [*instruments.values(), *funds])], base)
    rate_rows = {row.symbol: row for row in Instrument.objects.filter(symbol__in=symbols.values())}
    found = closes([(row.pk, row.revision) for row in [*instruments.values(), *rate_rows.values()]])
    rates = {c: found[rate_rows[symbol].pk] if symbol in rate_rows else EMPTY for c, symbol in symbols.items()}
    entries = booked(rates)
    splits = merge_splits(entries, provider_splits(instruments))
    book = Book(
        rules=rules,
        entries=entries,
        splits=splits,
        listed={
            pk: _listed(row, found[pk], base, entries, splits.get(pk, []), rates) for pk, row in instruments.items()
        },
        rates=rates,
        benchmarks=_benchmarks(funds),
        risk_free=float(portfolio.risk_free),
        inflation=float(portfolio.inflation) if portfolio.inflation is not None else None,
    )
    return Inputs(
        portfolio=portfolio,
        book=book,
        instruments=instruments,
        typed=typed,
        rate_ids={c: rate_rows[symbol].pk for c, symbol in symbols.items() if symbol in rate_rows},
        missing_rates=[symbols[c] for c, pack in rates.items() if not len(pack.days)],
        payouts=_payouts(instruments),
        fills=_odd_fills(portfolio, instruments, splits),
        prices_revision=revision,
    )


def _payouts(instruments: Mapping[int, Instrument]) -> dict[int, list[Payout]]:
    """Dividends as the source states them, in pounds where prices are in pence."""
    found: dict[int, list[Payout]] = {}
    rows = Dividend.objects.filter(instrument__in=instruments).order_by("ex_date")
    for pk, day, amount in rows.values_list("instrument", "ex_date", "amount"):
        quoted = instruments[pk].currency
        found.setdefault(pk, []).append(Payout(day, amount * unit(quoted), major(quoted)))
    return found


_FILLS = """
SELECT t.id, t.date, t.instrument_id, t.price, COALESCE(NULLIF(t.currency, ''), i.currency), b.low, b.high
FROM portfolios_transaction t
JOIN pricing_instrument i ON i.id = t.instrument_id
JOIN pricing_bar b ON b.instrument_id = t.instrument_id AND b.session = t.date
WHERE t.portfolio_id = ANY(%s) AND t.kind IN ('buy', 'sell') AND t.price IS NOT NULL
  AND COALESCE(NULLIF(t.currency, ''), i.currency) = i.currency
  AND (t.instrument_id = ANY(%s) OR t.price NOT BETWEEN b.low * %s AND b.high * %s)
"""  # of an instrument that was split only we know the prices of the day


def _odd_fills(
    portfolio: Portfolio, instruments: Mapping[int, Instrument], splits: Mapping[int, list[SplitFact]]
) -> list[Fill]:
    """Bars are in today's shares: their range is brought back to those of the day."""
    with connection.cursor() as cursor:
        cursor.execute(_FILLS, [portfolio.members, list(splits), 1 - FAR, 1 + FAR])
        rows = cursor.fetchall()
    fills = []
    for pk, day, own, price, currency, low, high in rows:
        factor = factor_after(splits.get(own, ()), day)
        symbol = instruments[own].symbol
        fills.append(Fill(str(pk), day, symbol, price, exactly(low) * factor, exactly(high) * factor, currency))
    return fills


def _listed(
    row: Instrument,
    pack: Pack,
    base: str,
    entries: list[Entry],
    splits: list[SplitFact],
    rates: Mapping[str, Prices],
) -> Listed:
    own, worth = major(row.currency) or base, unit(row.currency)
    if not len(pack.days):
        paid = paid_prices([e for e in entries if e.instrument == row.pk], splits, own, worth, rates.get(own))
        return Listed(row.symbol, paid, float(worth), own, priced=False, group=row.quote_type)
    return Listed(row.symbol, pack, float(worth), own, group=row.quote_type)


def _rate_lookup(rates: Mapping[str, Prices]) -> RateOn:
    """0 while there is no rate, and then nothing is stored (missing_rates)."""
    return lambda currency, day: close_on(rates[currency], day)


def _benchmarks(funds: list[Instrument]) -> dict[str, Listed]:
    found = closes([(fund.pk, fund.revision) for fund in funds], adjusted=True)
    return {
        fund.symbol: Listed(fund.symbol, found[fund.pk], float(unit(fund.currency)), major(fund.currency))
        for fund in funds
        if fund.currency and len(found[fund.pk].days)
    }
