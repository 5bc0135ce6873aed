"""A portfolio's daily history in numpy, from the steps its ledger took: one sort, one repeat, sums by day.

R places (an instrument or a currency, in an account), D days, E steps; money in base currency, quantities in today's
shares (splits already applied). Whatever is looked at, a holding, an account, a class or everything, is a sum of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from portfolios.accounting.entries import Place

Floats = np.ndarray
QUANTITY, COST, BASIS, LOCAL, GAIN, GAIN_BY_CURRENCY = range(6)
EPOCH = date(1970, 1, 1)
STATES = 6  # columns of Steps.state
FLOW, INCOME, FEES, TAXES = range(4)


@dataclass(frozen=True, slots=True)
class Steps:
    """One element per ledger leg, in the order booked."""

    row: np.ndarray  # (E,) place, 0 … R−1
    day: np.ndarray  # (E,) index of the day, 0 … D−1
    group: np.ndarray  # (E,) legs of one event
    moved: Floats  # (E, 4) flow into the place, income, fees, taxes
    state: Floats  # (E, 6) what is there afterwards: quantity, cost, basis, local, gain, gain by currency


@dataclass(frozen=True, slots=True)
class Course:
    """What a return needs of some days; each of their length."""

    value: Floats
    inflow: Floats  # ≥ 0: money put in
    outflow: Floats  # ≥ 0: money taken out
    growth: Floats  # time-weighted, of each day; 1 where nothing was invested, NaN where it cannot be linked
    invested_days: np.ndarray  # whether a day began with something

    def between(self, at: int, stop: int) -> Course:
        return Course(
            self.value[at:stop],
            self.inflow[at:stop],
            self.outflow[at:stop],
            self.growth[at:stop],
            self.invested_days[at:stop],
        )


@dataclass(frozen=True)
class Daily:
    """Some places together, day by day (D,); only what crosses their common border is a flow. Computed when asked."""

    history: History
    rows: np.ndarray  # (R,) which places

    @cached_property
    def _mine(self) -> np.ndarray:
        """(E,) the steps of these places."""
        mine: np.ndarray = self.rows[self.history.steps.row]
        return mine

    @cached_property
    def course(self) -> Course:
        value, (inflow, outflow) = self.value, self.crossing
        growth, invested_days = time_weighted(value, inflow, outflow)
        if not self.history.tracks_cash:  # a cost of nothing is not a total loss of it
            idle = (value == 0.0) & (np.concatenate([[0.0], value[:-1]]) == 0.0) & ~self._traded_on
            growth[idle], invested_days[idle] = 1.0, False
        return Course(value, inflow, outflow, growth, invested_days)

    @cached_property
    def _traded_on(self) -> np.ndarray:
        """(D,) days on which something happened to an instrument."""
        traded = np.zeros(len(self.history.axis), dtype=bool)
        steps = self.history.steps
        traded[steps.day[self._mine & self.history.securities[steps.row]]] = True
        return traded

    @cached_property
    def value(self) -> Floats:
        if self.rows.all():
            return self.history.total
        value: Floats = self.history.value[self.rows].sum(axis=0)
        return value

    @cached_property
    def crossing(self) -> tuple[Floats, Floats]:
        """(inflow, outflow): legs of one event are netted first."""
        steps, mine = self.history.steps, self._mine
        day, flow = steps.day[mine], steps.moved[mine, FLOW]
        if int(self.rows.sum()) > 1:
            known, event = np.unique(steps.group[mine], return_inverse=True)
            net = np.bincount(event, flow, len(known))
            first = np.zeros(len(known), dtype=np.int64)
            first[event] = day
            day, flow = first, net
        return self._by_day(day, np.maximum(flow, 0.0)), self._by_day(day, np.maximum(-flow, 0.0))

    @property
    def inflow(self) -> Floats:
        return self.crossing[0]

    @property
    def outflow(self) -> Floats:
        return self.crossing[1]

    @property
    def growth(self) -> Floats:
        return self.course.growth

    @property
    def index(self) -> Floats:
        """Linked growth, 1 before the first day; NaN from a value below zero on."""
        return np.cumprod(self.growth)

    @cached_property
    def invested(self) -> Floats:
        """FIFO cost of what is held, fees and taxes included."""
        return self._running(COST)

    @cached_property
    def income(self) -> Floats:
        """Dividends and interest, before fees and taxes."""
        return self._moved(INCOME)

    @cached_property
    def fees(self) -> Floats:
        return self._moved(FEES)

    @cached_property
    def taxes(self) -> Floats:
        return self._moved(TAXES)

    @cached_property
    def gain_by_currency(self) -> Floats:
        """So far, of securities, realised and not: what exchange rates made of their cost."""
        revalued = sum(
            (self._revalued(currency) for currency in set(self.history.currencies)), np.zeros(len(self.history.axis))
        )
        gained: Floats = self._running(GAIN_BY_CURRENCY) + revalued - self._running(BASIS)
        return gained

    @cached_property
    def gain_by_price(self) -> Floats:
        """So far, of securities: the rest of the gains without fees and taxes."""
        securities = self.history.value[self.rows & self.history.securities].sum(axis=0)
        gained: Floats = self._running(GAIN) + securities - self._running(BASIS) - self.gain_by_currency
        return gained

    def _revalued(self, currency: str) -> Floats:
        """What the purchases of holdings in this currency would be worth at each day's rate."""
        history = self.history
        of_currency = np.array([own == currency for own in history.currencies]) & self.rows & history.securities
        chosen = of_currency[history.steps.row]
        at_cost = np.cumsum(self._by_day(history.steps.day[chosen], history.changes[chosen, LOCAL]))
        revalued: Floats = at_cost * history.rates[currency]
        return revalued

    def _moved(self, column: int) -> Floats:
        steps = self.history.steps
        return self._by_day(steps.day[self._mine], steps.moved[self._mine, column])

    def _running(self, column: int) -> Floats:
        changes = self.history.changes[self._mine, column]
        running: Floats = np.cumsum(self._by_day(self.history.steps.day[self._mine], changes))
        return running

    def _by_day(self, day: np.ndarray, amounts: Floats) -> Floats:
        sums: Floats = np.bincount(day, amounts, len(self.history.axis)).astype(float, copy=False)  # none are integers
        return sums


@dataclass(frozen=True)
class History:
    places: Sequence[Place]
    axis: np.ndarray  # (D,) days since 1970-01-01
    is_session: np.ndarray  # (D,) whether an exchange traded
    worth: Floats  # (R, D) of one of today's shares, or of one unit of a currency
    rates: Mapping[str, Floats]  # {currency: (D,)}
    currencies: Sequence[str]  # (R,) of each place
    steps: Steps

    def position_of(self, day: date) -> int:
        """Index of a day of the axis."""
        return int(np.searchsorted(self.axis, (day - EPOCH).days))

    @cached_property
    def quantity(self) -> Floats:
        """(R, D) at the end of each day."""
        rows, days = self.worth.shape
        order = np.lexsort((self.steps.day, self.steps.row))  # stable: the order within a day is kept
        at = np.concatenate([np.arange(rows) * days, (self.steps.row * days + self.steps.day)[order]])
        state = np.concatenate([np.zeros(rows), self.steps.state[order, QUANTITY]])
        merged = np.argsort(at, kind="stable")  # each row begins with nothing
        held = np.repeat(state[merged], np.diff(at[merged], append=rows * days))
        return held.reshape(rows, days)

    @cached_property
    def value(self) -> Floats:
        """(R, D)."""
        value: Floats = self.quantity * self.worth
        return value

    @cached_property
    def gains(self) -> Floats:
        """(R, D): what each place earned each day, whatever flowed into it or out of it."""
        flows = np.zeros_like(self.value)
        np.add.at(flows, (self.steps.row, self.steps.day), self.steps.moved[:, FLOW])
        gains: Floats = np.diff(self.value, axis=1, prepend=0.0) - flows
        return gains

    @cached_property
    def changes(self) -> Floats:
        """(E, 6): by how much each step changed the state of its place."""
        order = np.argsort(self.steps.row, kind="stable")
        state, row = self.steps.state[order], self.steps.row[order]
        before = np.concatenate([np.zeros((1, STATES)), state[:-1]]) if len(state) else state
        first = np.concatenate([[True], row[1:] != row[:-1]]) if len(row) else np.zeros(0, dtype=bool)
        before[first] = 0.0
        changes = np.empty_like(state)
        changes[order] = state - before
        return changes

    @cached_property
    def total(self) -> Floats:
        """(D,) value of everything."""
        total: Floats = np.einsum("rd,rd->d", self.quantity, self.worth)
        return total

    @cached_property
    def securities(self) -> np.ndarray:
        """(R,) which places hold an instrument."""
        return np.array([place.instrument is not None for place in self.places], dtype=bool)

    @cached_property
    def tracks_cash(self) -> bool:
        """Whether any money was ever there."""
        return bool((self.steps.state[~self.securities[self.steps.row], QUANTITY] != 0.0).any())

    def of(self, inside: Callable[[Place], bool]) -> Daily:
        """Those places together."""
        return Daily(self, np.array([inside(place) for place in self.places], dtype=bool))


def time_weighted(value: Floats, inflow: Floats, outflow: Floats) -> tuple[Floats, np.ndarray]:
    """(growth of each day, whether it began with something): (V + out) / (V₋₁ + in), inflows at the start of a day.

    A day that begins with nothing earns nothing; on less than nothing, or down to it, linking is meaningless: NaN.
    """
    begin = inflow.copy()
    begin[1:] += value[:-1]
    scale = max(float(np.max(np.abs(value), initial=0.0)), float(np.max(inflow, initial=0.0)))
    rounding = ROUNDING * scale
    invested = begin > rounding
    growth = np.divide(value + outflow, begin, out=np.ones_like(value), where=invested)
    growth[np.abs(growth) < ROUNDING] = 0.0
    growth[(growth < 0.0) | (begin < -rounding)] = np.nan
    return growth, invested


ROUNDING = 1e-11  # of the largest value: what float64 leaves after thousands of sums


def align(days: np.ndarray, prices: Floats, axis: np.ndarray) -> Floats:
    """The price on each day of `axis`: the last one on or before, or else the first known; 0 without any."""
    if not len(days):
        return np.zeros(len(axis))
    return prices[np.maximum(np.searchsorted(days, axis, side="right") - 1, 0)]
