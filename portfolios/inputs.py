"""Everything a rebuild needs, read in a handful of queries; runs in workers only (numpy)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from pricing.market.calendar import ALWAYS, CURRENCIES
from pricing.market.currencies import major, unit
from pricing.models import Instrument, Split
from pricing.packed import EMPTY, Pack, packs

from .accounting.entries import TRADES, Entry, SplitFact
from .accounting.ledger import merge_splits
from .booking import RateOn, entries_of
from .dependencies import prices_revision, rate_symbols
from .models import Portfolio
from .performance.arrays import Priced, day_number, todays_shares
from .performance.history import align


@dataclass(frozen=True, slots=True)
class Inputs:
    portfolio: Portfolio
    entries: list[Entry]
    instruments: dict[int, Instrument]  # every one that appears in a transaction
    splits: dict[int, list[SplitFact]]
    closes: dict[int, Priced]  # of each instrument
    rates: dict[str, Pack]  # of each foreign currency: what one unit costs in base currency
    rate_ids: dict[str, int]  # instruments of those rates
    missing_rates: list[str]  # their symbols, where there is no bar yet
    benchmark: Priced | None  # total return
    unpriced: set[int]  # instruments without bars, valued at their last trade
    prices_revision: int

    @property
    def sessions(self) -> list[Pack]:
        """Bars that make the days of the history: of exchanges; of round-the-clock markets if there are no others."""
        own = {pk: priced.prices for pk, priced in self.closes.items() if pk not in self.unpriced}
        exchanges = [own[pk] for pk in own if self.instruments[pk].calendar not in {ALWAYS, CURRENCIES}]
        return [pack for pack in (exchanges or own.values()) if isinstance(pack, Pack)]


def read_inputs(portfolio: Portfolio) -> Inputs:
    """Of one moment: read again if a price changed meanwhile, so that a split never meets bars from before it."""
    while True:
        revision = prices_revision(portfolio)
        inputs = _read(portfolio, revision)
        if prices_revision(portfolio) == revision:
            return inputs


def _read(portfolio: Portfolio, revision: int) -> Inputs:
    base = portfolio.base_currency
    transactions = list(portfolio.transactions.select_related("instrument").order_by("date", "pk"))
    instruments = {t.instrument.pk: t.instrument for t in transactions if t.instrument}
    quoted = {t.currency for t in transactions} | {row.currency for row in instruments.values()}
    symbols = rate_symbols(quoted, portfolio)
    rate_ids = dict(Instrument.objects.filter(symbol__in=symbols.values()).values_list("symbol", "pk"))
    found = packs([*instruments, *rate_ids.values()])
    rates = {c: found[rate_ids[symbol]] if symbol in rate_ids else EMPTY for c, symbol in symbols.items()}
    entries = entries_of(transactions, base, _rate_lookup(rates))
    splits = merge_splits(entries, _provider_splits(instruments))
    priced = {
        pk: Priced(found[pk], float(unit(row.currency)), major(row.currency) or base) for pk, row in instruments.items()
    }
    unpriced = {pk for pk in instruments if not len(found[pk].days)}
    for pk in unpriced:
        priced[pk] = Priced(_last_trades([e for e in entries if e.instrument == pk], splits.get(pk, [])), 1.0, base)
    return Inputs(
        portfolio=portfolio,
        entries=entries,
        instruments=instruments,
        splits=splits,
        closes=priced,
        rates=rates,
        rate_ids={c: rate_ids[symbol] for c, symbol in symbols.items() if symbol in rate_ids},
        missing_rates=[symbols[c] for c, pack in rates.items() if not len(pack.days)],
        benchmark=_benchmark(portfolio),
        unpriced=unpriced,
        prices_revision=revision,
    )


def _rate_lookup(rates: Mapping[str, Pack]) -> RateOn:
    """Rates of the day or the last one before; 0 while there is none, and then nothing is stored (missing_rates)."""

    def rate_on(currency: str, day: date) -> Decimal:
        pack = rates[currency]
        value, _ = align(pack.days, pack.closes, np.array([day_number(day)]))
        return Decimal(repr(float(value[0])))

    return rate_on


def _provider_splits(instruments: Mapping[int, Instrument]) -> dict[int, list[SplitFact]]:
    facts: dict[int, list[SplitFact]] = {}
    for row in Split.objects.filter(instrument__in=instruments).order_by("ex_date"):
        facts.setdefault(row.instrument_id, []).append(SplitFact(row.ex_date, row.numerator, row.denominator))
    return facts


def _last_trades(entries: list[Entry], splits: list[SplitFact]) -> Pack:
    """A stand-in for bars: what each trade paid for one of today's shares, in base currency."""
    trades = [e for e in entries if e.kind in TRADES and e.gross]
    days = {day_number(e.date): float(e.gross * e.rate) / todays_shares(e, splits, date.max) for e in trades}
    return Pack(np.array(list(days), dtype=np.int32), np.array(list(days.values())))


def _benchmark(portfolio: Portfolio) -> Priced | None:
    fund = portfolio.benchmark
    if fund is None or not fund.currency:
        return None
    pack = packs([fund.pk], adjusted=True)[fund.pk]
    return Priced(pack, float(unit(fund.currency)), major(fund.currency)) if len(pack.days) else None
