"""The engine: from decisions and payments to orders, and what there was each evening.

Uniform rule of time: decided at a close, filled at the next bar's open (or close, or at that close itself), both bars
on which all instruments of the test trade. Python sees only bars on which something happens; all the others are
marked together at the end.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from portfolios.accounting.sentences import Sentence

from .market import Market, iso
from .orders import Account, Dealing, Order
from .rules import Fill, Request
from .scheduling import Payments, dated, fills, payments_of
from .strategies import Plan, Weights, plan

CHUNK = 32  # bars a band is first looked for in; doubled each time
WORTH_TELLING = 1e-6  # of the money: a smaller order of tomorrow is rounding


@dataclass(frozen=True, slots=True)
class Trade:
    """With whole shares, shares and price as traded then; else today's shares at adjusted prices."""

    day: int  # since 1970-01-01
    symbol: str
    quantity: float  # sold: negative
    price: float
    fee: float


@dataclass(frozen=True)
class Run:
    """What came of it; arrays are (T,), money in the currency of the test, at the close of each day."""

    market: Market
    equity: np.ndarray
    cash: np.ndarray
    inflow: np.ndarray  # at the start of the day
    outflow: np.ndarray  # at its end
    invested: np.ndarray  # whether anything was held
    orders: list[Order]
    fees: float
    quantities: tuple[float, ...]  # today's shares, of each symbol of the market
    pending: tuple[tuple[str, str], ...]  # (symbol, "buy" or "sell") of the next bar there will be
    ran_out: int | None  # the day a withdrawal was more than there was
    notes: tuple[Sentence, ...]

    @cached_property
    def trades(self) -> list[Trade]:
        days, symbols, lots = self.market.axis.tolist(), self.market.symbols, self.market.lots
        if lots is None:
            return [Trade(days[bar], symbols[i], quantity, price, fee) for bar, i, quantity, price, fee in self.orders]
        return [
            Trade(days[bar], symbols[i], quantity / float(lots[bar, i]), price * float(lots[bar, i]), fee)
            for bar, i, quantity, price, fee in self.orders
        ]


def simulate(request: Request, market: Market, payments: Mapping[int, float] | None = None) -> Run:
    """`payments`: {day since 1970-01-01: amount} instead of the request's flows; they arrive on their very days.

    Those of earlier days arrive on the first bar on which all trade, those after the last one never.
    """
    due = payments_of(request.flows, market, request.fill) if payments is None else dated(payments, market)
    course = _Course(request, market, plan(request.strategy, market), due)
    course.run()
    return course.marked()


@dataclass
class _Course:
    """One run through the bars on which something happens."""

    request: Request
    market: Market
    plan: Plan
    due: Payments
    standing: Weights = field(init=False)
    ran_out: int | None = None
    marks: list[tuple[int, float, list[float]]] = field(default_factory=list)  # (bar, cash, quantities) from there on

    def __post_init__(self) -> None:
        market, request = self.market, self.request
        self.standing = (0.0,) * len(market.symbols)
        self.account = Account(request.costs, request.cash, len(market.symbols))
        self.outflow = np.zeros(len(market.axis))
        self.filled = fills(market, request.fill)
        self.dealt = market.opens if request.fill is Fill.NEXT_OPEN else market.closes
        self.decided = {int(self.filled[position]): weights for position, weights in self.plan.decisions}
        self.marks.append((0, self.account.cash, list(self.account.quantities)))

    def run(self) -> None:
        self.bars = {*self.decided, *self.due.inflow, *self.due.outflow} - {len(self.market.axis)}
        if self.market.dividends is not None:
            self.bars |= set(np.flatnonzero(self.market.dividends.any(axis=1)).tolist())
        coming, last = sorted(self.bars), 0
        while coming:
            bar = coming[0]
            wanted = self._look_until(last, bar)
            if wanted is not None and wanted not in self.bars:  # the next common bar is later: on a day only some trade
                self.bars.add(wanted)
                heapq.heappush(coming, wanted)
            heapq.heappop(coming)
            self._happen(bar)
            last = bar
        self._look_until(last, len(self.market.axis))

    def _look_until(self, begin: int, stop: int) -> int | None:
        """Rebalances wherever a weight left its band at a close from `begin` on; the bar of one due from `stop` on."""
        if self.plan.band is None:
            return None
        weights, common = self.plan.decisions[0][1], self.market.common
        position, end = (int(np.searchsorted(common, bar)) for bar in (begin, stop))
        while (found := self._breach(position, end)) is not None:
            bar = int(self.filled[found])
            if bar >= stop:
                self.decided[bar] = weights
                return bar if bar < len(self.market.axis) else None
            self._deal(self._dealing(bar), weights, 0.0, 0.0)
            self._mark(bar)
            position = found + 1
        return None

    def _breach(self, position: int, end: int) -> int | None:
        """The first common bar from `position` on, before `end`, at whose close a weight is out of its band."""
        target, chunk = np.array(self.standing), CHUNK
        quantities = np.array(self.account.quantities)
        if not target.any() and not quantities.any():
            return None
        while position < end:
            values = self.market.closes[self.market.common[position : min(position + chunk, end)]] * quantities
            equity = values.sum(axis=1, keepdims=True) + self.account.cash
            weights = np.divide(values, equity, out=np.broadcast_to(target, values.shape).copy(), where=equity > 0)
            beyond = np.flatnonzero((np.abs(weights - target) > self.plan.band).any(axis=1))
            if len(beyond):
                return position + int(beyond[0])
            position, chunk = position + chunk, chunk * 2
        return None

    def _happen(self, bar: int) -> None:
        """Everything of one bar: dividends, money in, orders, money out."""
        account, market = self.account, self.market
        if market.dividends is not None:
            account.cash += account.value(market.dividends[bar].tolist())
        inflow = self.due.inflow.get(bar, 0.0)
        outflow = self.due.outflow.get(bar, 0.0) if self.ran_out is None else 0.0
        account.receive(inflow, self.standing)
        weights = self.decided.get(bar)
        if weights is not None or inflow or outflow:
            self._deal(self._dealing(bar), weights, inflow, outflow)
        self._mark(bar)

    def _mark(self, bar: int) -> None:
        self.marks.append((bar, self.account.cash, list(self.account.quantities)))

    def _dealing(self, bar: int) -> Dealing:
        lots = None if self.market.lots is None else self.market.lots[bar].tolist()
        return Dealing(bar, self.dealt[bar].tolist(), lots, self.request.costs)

    def _deal(self, dealing: Dealing, weights: Weights | None, inflow: float, outflow: float) -> None:
        if weights is not None:
            self.standing = weights
            self.account.rebalance(dealing, weights, outflow)
        elif inflow:
            self.account.invest(dealing, self.standing, outflow)
        if outflow:
            paid = self.account.withdraw(dealing, outflow)
            self.outflow[dealing.bar] = paid
            if paid < outflow:
                self.ran_out = int(self.market.axis[dealing.bar])

    def marked(self) -> Run:
        market = self.market
        begins, cash, quantities = zip(*self.marks, strict=True)
        lengths = np.diff(np.array([*begins, len(market.axis)]))
        held = np.repeat(np.array(quantities), lengths, axis=0)
        money = np.repeat(np.array(cash), lengths)
        inflow = np.zeros(len(market.axis))
        inflow[list(self.due.inflow)] = list(self.due.inflow.values())
        inflow[0] += self.request.cash
        return Run(
            market=market,
            equity=np.einsum("tn,tn->t", held, market.closes) + money,
            cash=money,
            inflow=inflow,
            outflow=self.outflow,
            invested=np.any(held > 0, axis=1),
            orders=self.account.orders,
            fees=self.account.fees,
            quantities=tuple(self.account.quantities),
            pending=self._pending(),
            ran_out=self.ran_out,
            notes=(*market.notes, *self._notes()),
        )

    def _pending(self) -> tuple[tuple[str, str], ...]:
        """What the decision of the last close would deal on the next bar."""
        weights = self.decided.get(len(self.market.axis))
        if weights is None:
            return ()
        prices = self.market.closes[-1].tolist()
        equity = self.account.cash + self.account.value(prices)
        found = []
        lines = zip(self.market.symbols, weights, self.account.quantities, prices, strict=True)
        for symbol, weight, quantity, price in lines:
            change = weight * equity - quantity * price
            if abs(change) > WORTH_TELLING * equity:
                found.append((symbol, "buy" if change > 0 else "sell"))
        return tuple(found)

    def _notes(self) -> list[Sentence]:
        notes = []
        if self.account.too_dear is not None:
            day = iso(int(self.market.axis[self.account.too_dear]))
            notes.append(
                Sentence(
                    "Orders that would have cost as much as they moved were left out, the first on {day}.", day=day
                )
            )
        if self.ran_out is not None:
            day = iso(self.ran_out)
            notes.append(
                Sentence("On {day} there was less than was to be taken out: all of it was, and nothing after.", day=day)
            )
        return notes
