"""What if I had not traded: what a portfolio held on a day, what was paid since, and what really came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from charts.backtests.market import Listed
from charts.backtests.rules import Costs, Fill, Hold, Request, Untraded
from portfolios.accounting.entries import LedgerError
from portfolios.accounting.sentences import Sentence
from portfolios.inputs import read_inputs
from portfolios.models import Portfolio
from portfolios.performance.book import EPOCH, day_number
from portfolios.performance.history import align
from portfolios.performance.report import Reporting
from portfolios.performance.window import Window


class NothingHeldError(Exception):
    """Why there is nothing to keep, as a Sentence."""


@dataclass(frozen=True, slots=True)
class Untouched:
    """A test that needs no rule: what was there is held, and the payments are those there really were."""

    request: Request
    payments: Mapping[int, float]  # {day since 1970-01-01: money put in +, taken out −}
    days: np.ndarray  # (D,) of what really happened
    value: np.ndarray  # (D,)
    actual: dict[str, Any]

    def on(self, axis: np.ndarray) -> np.ndarray:
        """The real value on the days of the test."""
        return align(self.days, self.value, axis)


def untouched(
    request: Request, strategy: Untraded, portfolio: Portfolio, listed: Mapping[str, Listed], today: date
) -> Untouched:
    """Raises NothingHeldError. Payments of a day count from its first session on, at the close; no costs."""
    inputs = read_inputs(portfolio)
    if not inputs.entries or inputs.missing_rates:
        raise NothingHeldError(Sentence("This portfolio has no figures yet."))
    book = inputs.book
    end = book.last_day(request.end or today)
    if strategy.since >= end:
        raise NothingHeldError(Sentence("There are no prices after {day}; choose an earlier day.", day=strategy.since))
    try:
        making = Reporting(book, strategy.since, end)
    except LedgerError as error:
        raise NothingHeldError(Sentence("A transaction {fault}", fault=error)) from error
    worth = _worth(making)
    total = sum(worth.values())
    held = {symbol: value for symbol, value in worth.items() if symbol and value > 0 and symbol in listed}
    if not held or total <= 0:
        raise NothingHeldError(
            Sentence("On {day} this portfolio held nothing; choose a later day.", day=strategy.since)
        )
    whole = making.whole
    parts = max(total, sum(held.values()))  # what was borrowed or sold short is left out: the rest in its proportions
    days = making.history.axis[-len(whole.days) :]
    return Untouched(
        request=replace(
            request,
            strategy=Hold({symbol: value / parts for symbol, value in sorted(held.items())}),
            cash=total,
            costs=Costs(),
            fill=Fill.CLOSE,
            start=_last_session(listed, sorted(held), strategy),
        ),
        payments=_payments(whole, days),
        days=days,
        value=whole.daily.value,
        actual=_actual(whole),
    )


def _worth(making: Reporting) -> dict[str, float]:
    """{symbol: value} on the evening of the first day, cash under no symbol."""
    history = making.history
    at = history.position_of(making.start)
    worth: dict[str, float] = {}
    for place, value in zip(history.places, history.value[:, at], strict=True):
        symbol = making.book.listed[place.instrument].symbol if place.instrument is not None else ""
        worth[symbol] = worth.get(symbol, 0.0) + float(value)
    return worth


def _last_session(listed: Mapping[str, Listed], held: Sequence[str], strategy: Untraded) -> date:
    """On or before the day, so that the test begins at the prices of its evening."""
    wanted = day_number(strategy.since)
    known = [int(days[at - 1]) for symbol in held if (at := _reached(days := listed[symbol].days, wanted))]
    return EPOCH + timedelta(days=max(known)) if known else strategy.since


def _reached(days: np.ndarray, wanted: int) -> int:
    """How many of these days are no later."""
    return int(np.searchsorted(days, wanted, side="right"))


def _payments(whole: Window, days: np.ndarray) -> dict[int, float]:
    """After the first evening, which is what the test begins with."""
    net = whole.daily.inflow - whole.daily.outflow
    return {int(days[at]): float(net[at]) for at in np.flatnonzero(net) if at}


def _actual(whole: Window) -> dict[str, Any]:
    returns = whole.returns()
    return {
        "end_value": float(whole.daily.value[-1]),
        "gain": whole.gain,
        "twr": returns.twr,
        "twr_annualised": returns.twr_annualised,
        "xirr": returns.xirr,
    }
