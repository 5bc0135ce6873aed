"""Prices of a backtest: whole histories from memory or in one query, on the scale the request asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from charts.backtests.market import EmptyRangeError, Listed, Rate
from charts.backtests.rules import Request, symbols_of
from portfolios.accounting.sentences import Sentence
from pricing.closes import histories
from pricing.market.currencies import rate_symbol, unit
from pricing.models import Dividend, Instrument, Split
from pricing.packed import Bars

from .asking import Basis

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """{symbol: its history} of everything there is; `basis` says of which revisions."""

    listed: Mapping[str, Listed]
    benchmark: Listed | None
    basis: Basis
    from_memory: int
    from_database: int

    def of(self, request: Request) -> list[Listed]:
        """What a strategy may hold. Raises EmptyRangeError for what has no prices, or none in a known currency."""
        for symbol in symbols_of(request.strategy):
            if symbol not in self.basis.known:
                raise EmptyRangeError(Sentence("There are no prices of {symbol}.", symbol=symbol))
            if symbol not in self.listed:
                raise EmptyRangeError(Sentence("Nobody knows in which currency {symbol} is quoted.", symbol=symbol))
        return [self.listed[symbol] for symbol in symbols_of(request.strategy)]


def load(request: Request, basis: Basis) -> Loaded:
    """At most one query for all prices; three more where shares are whole: splits and dividends of the same time."""
    rows = basis.known
    found = histories((row.pk, row.revision) for row in rows.values())
    bars = {symbol: found.bars[row.pk] for symbol, row in rows.items()}
    splits, dividends = _actions(rows) if request.whole_shares else ({}, {})
    if request.whole_shares and (moved := _moved_on(rows, found.revisions)):  # a split of prices not divided by it yet
        return load(request, replace(basis, known=rows | moved))
    listed = {
        symbol: _listed(row, bars, request, splits.get(row.pk, ()), dividends.get(row.pk, ()))
        for symbol, row in rows.items()
        if row.currency
    }
    read = {symbol: replace_revision(row, found.revisions[row.pk]) for symbol, row in rows.items()}
    return Loaded(
        listed,
        _benchmark(request, basis, bars),
        replace(basis, known=read),
        found.from_memory,
        found.from_database,
    )


def _moved_on(rows: Mapping[str, Instrument], read: Mapping[int, int]) -> dict[str, Instrument]:
    """{symbol: row} of those whose prices and splits were changed since these revisions were read."""
    now = Instrument.objects.filter(pk__in=[row.pk for row in rows.values()])
    return {row.symbol: row for row in now if row.revision != read[row.pk]}


def replace_revision(row: Instrument, revision: int) -> Instrument:
    """Of the prices that were read, which may be later than the row."""
    row.revision = revision
    return row


def _benchmark(request: Request, basis: Basis, bars: Mapping[str, Bars]) -> Listed | None:
    """Always with its dividends: it is an index to be compared with, not something bought by the piece."""
    row = basis.known.get(request.benchmark)
    if row is None or not row.currency or not len(bars[row.symbol].days):
        return None
    return _listed(row, bars, replace(request, whole_shares=False), (), ())


def _listed(
    row: Instrument,
    bars: Mapping[str, Bars],
    request: Request,
    splits: tuple[tuple[int, float], ...] | list[tuple[int, float]],
    dividends: tuple[tuple[int, float], ...] | list[tuple[int, float]],
) -> Listed:
    """In its own major currency: pounds where prices are in pence."""
    own, worth = bars[row.symbol], float(unit(row.currency))
    opens, closes = (own.opens, own.closes) if request.whole_shares else (own.adjusted_opens, own.adjusted)
    return Listed(
        symbol=row.symbol,
        days=own.days,
        opens=opens * worth,
        closes=closes * worth,
        rate=_rate(row, bars, request),
        splits=tuple(splits),
        dividends=tuple((day, amount * worth) for day, amount in dividends),
    )


def _rate(row: Instrument, bars: Mapping[str, Bars], request: Request) -> Rate | None:
    """None: it is quoted in the currency of the test."""
    symbol = rate_symbol(row.currency, request.currency)
    if symbol is None:
        return None
    rate = bars.get(symbol)
    return Rate(rate.days, rate.closes) if rate else Rate(np.empty(0, dtype=np.int32), np.empty(0))


def _actions(
    rows: Mapping[str, Instrument],
) -> tuple[dict[int, list[tuple[int, float]]], dict[int, list[tuple[int, float]]]]:
    """({instrument: splits}, {instrument: dividends}), each (ex-day, amount), oldest first."""
    wanted = [row.pk for row in rows.values()]
    splits: dict[int, list[tuple[int, float]]] = defaultdict(list)
    dividends: dict[int, list[tuple[int, float]]] = defaultdict(list)
    stated = Split.objects.filter(instrument__in=wanted).order_by("ex_date")
    for pk, day, new, old in stated.values_list("instrument", "ex_date", "numerator", "denominator"):
        splits[pk].append(((day - EPOCH).days, float(new / old)))
    paid = Dividend.objects.filter(instrument__in=wanted).order_by("ex_date")
    for pk, day, amount in paid.values_list("instrument", "ex_date", "amount"):
        dividends[pk].append(((day - EPOCH).days, float(amount)))
    return splits, dividends
