"""The report of a period: what it adds up from, the returns, the risk, every holding, every closed lot, the cash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

import numpy as np

from portfolios.accounting.entries import ZERO, Place
from portfolios.accounting.ledger import Ledger
from portfolios.accounting.lots import Trade
from portfolios.accounting.replay import replay
from portfolios.accounting.statement import Statement, statement

from .arrays import Movements, history_of, movements_of, total_return
from .book import Book, dates, day_number, exactly
from .contribution import contributions
from .history import Daily
from .returns import annualised
from .risk import Comparison, compare
from .selection import EVERYTHING, Selection
from .window import Returns, Window, window


@dataclass(frozen=True, slots=True)
class HoldingReport:
    """An instrument in an account; money in base currency, the price as quoted, for one share of the last day."""

    symbol: str
    account: str
    currency: str  # the major one of its price
    quantity: Decimal
    price: Decimal | None
    price_date: date | None
    estimated: bool
    unit: Decimal  # what the price's unit is worth in its currency: pence 0.01
    rate: Decimal  # base currency for one unit of the currency
    value: Decimal
    cost_basis_fifo: Decimal
    cost_basis_average: Decimal
    cost_basis_fifo_without_fees: Decimal
    cost_basis_average_without_fees: Decimal
    realised_gain_fifo: Decimal  # in the period, against the cost
    realised_gain_average: Decimal
    unrealised_gain_fifo: Decimal
    unrealised_gain_average: Decimal
    income: Decimal  # in the period, before fees and taxes; so are the next two
    fees: Decimal
    taxes: Decimal
    contribution: float | None  # to the time-weighted return
    twr: float | None
    xirr: float | None
    weight: float | None  # of the value at the end


@dataclass(frozen=True, slots=True)
class TradeReport:
    symbol: str
    account: str
    trade: Trade


@dataclass(frozen=True, slots=True)
class InFund:
    """What the value at the start and every payment since would be in a benchmark."""

    value: float  # in the end
    ran_out: date | None
    kaplan_schoar: float | None


@dataclass(frozen=True, slots=True)
class Against:
    """A benchmark over the same days."""

    twr: float | None
    twr_annualised: float | None
    comparison: Comparison
    same_money: InFund | None  # None without prices


@dataclass(frozen=True, slots=True)
class Report:
    currency: str
    start: date
    end: date
    chosen: Selection
    statement: Statement
    returns: Returns
    against: Mapping[str, Against]  # by the benchmark's symbol
    holdings: Sequence[HoldingReport]
    contribution_of_cash: float | None  # interest, exchange rates, costs that belong to no instrument
    trades: Sequence[TradeReport]
    cash: Mapping[str, Decimal]
    payments: Sequence[tuple[date, float]]  # what XIRR is solved for: put in −, taken out and left at the end +
    daily_returns: int  # how many volatility and its ratios are of
    risk_free: float  # a year


def report(book: Book, start: date, end: date, chosen: Selection = EVERYTHING) -> Report:
    """Of (start, end]. Raises LedgerError."""
    return Reporting(book, start, end, chosen).report()


SOON = 7  # days: a period often starts on a holiday, and a fund's first price is of the next session
Replayed: TypeAlias = tuple[Ledger, Movements]


class Reporting:
    """A report in the making: one replay, unless it was done before, and one history."""

    def __init__(
        self, book: Book, start: date, end: date, chosen: Selection = EVERYTHING, replayed: Replayed | None = None
    ) -> None:
        self.book, self.start, self.end, self.chosen = book, start, end, chosen
        self.ledger, self.movements = replayed or self._replay()
        self.history = history_of(book, self.movements, end, also=[start, end])
        self.days = dates(self.history.axis)

    def _replay(self) -> Replayed:
        book = self.book
        ledger = replay(book.entries, book.splits, book.rules, self.end, book, self.start, self.inside)
        return ledger, movements_of(book, ledger)

    def inside(self, place: Place) -> bool:
        return self.chosen.includes(place, self.book)

    def report(self) -> Report:
        parts = self.contributions
        cash = [share for place, share in (parts or {}).items() if place.instrument is None]
        return Report(
            currency=self.book.rules.base,
            start=self.start,
            end=self.end,
            chosen=self.chosen,
            statement=self.statement,
            returns=self.whole.returns(self.book.risk_free),
            against={symbol: self.against(symbol) for symbol in self.book.benchmarks},
            holdings=[self._holding(p, parts) for p in self.ledger.positions if self.inside(p)],
            contribution_of_cash=sum(cash) if parts is not None else None,
            trades=self._trades(),
            cash=self._cash(),
            payments=self.whole.payments,
            daily_returns=len(self.whole.returns_by_session),
            risk_free=self.book.risk_free,
        )

    @cached_property
    def rows(self) -> np.ndarray:
        return np.array([self.inside(place) for place in self.history.places], dtype=bool)

    @cached_property
    def daily(self) -> Daily:
        return Daily(self.history, self.rows)

    @cached_property
    def whole(self) -> Window:
        return window(self.history, self.daily, self.days, self.start, self.end)

    @cached_property
    def contributions(self) -> Mapping[Place, float] | None:
        return contributions(self.history, self.whole, self.rows)

    @cached_property
    def statement(self) -> Statement:
        return statement(self.ledger, self.book, self.start, self.end, self.inside)

    @cached_property
    def closing(self) -> Mapping[Place, Decimal]:
        return self.ledger.values(self.book, self.end)

    def window_of(self, rows: np.ndarray) -> Window:
        return window(self.history, Daily(self.history, rows), self.days, self.start, self.end)

    def _holding(self, place: Place, parts: Mapping[Place, float] | None) -> HoldingReport:
        position, instrument = self.ledger.positions[place], place.instrument or 0
        own = self.window_of(np.array([other == place for other in self.history.places], dtype=bool))
        quoted, value = self.book.quoted(instrument, self.end), self.closing.get(place, ZERO)
        total = self.statement.value_end
        earned = position.earned
        return HoldingReport(
            symbol=self.book.listed[instrument].symbol,
            account=place.account,
            currency=self.book.listed[instrument].currency,
            quantity=position.quantity,
            price=quoted.price if quoted else None,
            price_date=quoted.date if quoted else None,
            estimated=quoted is None or quoted.estimated,
            unit=exactly(self.book.listed[instrument].unit),
            rate=self.book.rate_of(instrument, self.end),
            value=value,
            cost_basis_fifo=position.held.cost,
            cost_basis_average=position.average_cost,
            cost_basis_fifo_without_fees=position.held.gross,
            cost_basis_average_without_fees=position.average_gross,
            realised_gain_fifo=earned.realised,
            realised_gain_average=earned.realised_average,
            unrealised_gain_fifo=value - position.held.cost,
            unrealised_gain_average=value - position.average_cost,
            income=earned.dividends + earned.interest,
            fees=earned.fees,
            taxes=earned.taxes,
            contribution=parts[place] if parts is not None else None,
            twr=own.twr,
            xirr=own.xirr,
            weight=float(value / total) if total > 0 else None,
        )

    def _trades(self) -> list[TradeReport]:
        found = [
            TradeReport(self.book.listed[place.instrument or 0].symbol, place.account, trade)
            for place, position in self.ledger.positions.items()
            if self.inside(place)
            for trade in position.trades
            if trade.closed > self.start
        ]
        return sorted(found, key=lambda one: (one.trade.closed, one.symbol))

    def _cash(self) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for place, amount in self.ledger.cash.items():
            if self.inside(place):
                sums[place.currency] += amount
        return sums

    def level(self, symbol: str) -> np.ndarray:
        """Of a benchmark, on every day of the period; 0 without prices, or where they begin later than the period."""
        fund = self.book.benchmarks[symbol]
        late = len(fund.prices.days) and int(fund.prices.days[0]) > day_number(self.whole.start) + SOON
        whole = total_return(fund, self.history.rates, self.history.axis) * (not late)
        at = self.history.position_of(self.whole.start)
        return whole[at : at + len(self.whole.days)]

    def against(self, symbol: str) -> Against:
        level = self.level(symbol)
        if not level[0] > 0:
            return Against(None, None, Comparison(), None)
        twr = float(level[-1] / level[0]) - 1
        whole = self.whole
        theirs = whole.level(level)
        comparison = compare(whole.returns_by_session, theirs, whole.sampled_days, self.book.risk_free)
        money = whole.in_fund(level)
        in_fund = InFund(float(money.value[-1]), money.ran_out, money.kaplan_schoar)
        return Against(twr, annualised(twr, whole.length), comparison, in_fund)
