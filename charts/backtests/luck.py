"""The luck of the start date: the same strategy begun on every session, and what holding would have brought."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from portfolios.accounting.sentences import Sentence
from portfolios.performance.history import time_weighted
from portfolios.performance.returns import annualised, linked

from .engine import simulate
from .market import Market, iso
from .rules import Allocation, Hold, Request

SHORTEST = 365  # days from a start to the end: annualised returns of less are noise
MOST_STARTS = 5_000
MOST_ORDERS = 10_000_000  # of all starts together: a minute or so; fifty securities a week for thirty years make more
LOW, HIGH = 0.05, 0.95
EQUAL = 1e-12  # holding is beaten by more than rounding

Report = Callable[[int, int], None]  # (done, of how many)


@dataclass(frozen=True, slots=True)
class Luck:
    """Annualised time-weighted returns by the day of the start; (S,) each, oldest start first."""

    days: np.ndarray  # since 1970-01-01
    strategy: np.ndarray
    holding: np.ndarray  # of the same instruments, bought once
    notes: tuple[Sentence, ...] = field(default=())

    @property
    def report(self) -> dict[str, Any]:
        """As JSON; without any start only the notes say something."""
        if not len(self.days):
            return {"starts": 0, "notes": [note.stored for note in self.notes]}
        order = np.argsort(self.strategy, kind="stable")
        ranked = {
            "worst": 0,
            "low": math.floor(LOW * (len(order) - 1)),
            "median": (len(order) - 1) // 2,
            "high": math.ceil(HIGH * (len(order) - 1)),
            "best": len(order) - 1,
        }
        starts = {name: int(order[rank]) for name, rank in ranked.items()}
        return {
            "starts": len(self.days),
            **{name: {"start": iso(self.days[at]), "value": float(self.strategy[at])} for name, at in starts.items()},
            "lost": float((self.strategy < 0).mean()),
            "beat_holding": float((self.strategy > self.holding + EQUAL).mean()),
            "chosen": {
                "start": iso(self.days[0]),
                "value": float(self.strategy[0]),
                "percentile": float((self.strategy < self.strategy[0]).mean()),
            },
            "series": {
                "days": [iso(day) for day in self.days],
                "strategy": self.strategy.tolist(),
                "holding": self.holding.tolist(),
            },
            "notes": [note.stored for note in self.notes],
        }


def start_luck(request: Request, market: Market, report_progress: Report | None = None) -> Luck:
    """Every start at least a year before the end, which stays; more than MOST_STARTS of them in equal strides."""
    last = int(np.searchsorted(market.axis, market.axis[-1] - SHORTEST, side="right"))
    if not last:
        nothing, note = np.empty(0), Sentence("The test is shorter than a year: every start would be the same.")
        return Luck(nothing, nothing, nothing, (note,))
    stride = max(math.ceil(last / MOST_STARTS), math.ceil(last * _orders(request, market) / MOST_ORDERS))
    starts = range(0, last, stride)
    notes = [Sentence("Begun on one session of {stride} only.", stride=stride)] if stride > 1 else []
    held = replace(request, strategy=_holding(request, market))
    found = np.empty((len(starts), 2))
    for done, start in enumerate(starts):
        later = market.since(start)
        own = _return(request, later)
        found[done] = own, own if held == request else _return(held, later)
        if report_progress is not None:
            report_progress(done + 1, len(starts))
    return Luck(market.axis[list(starts)], found[:, 0], found[:, 1], tuple(notes))


def _orders(request: Request, market: Market) -> float:
    """Of a start, on average: half of those of the first."""
    return len(simulate(request, market).orders) / 2


def _holding(request: Request, market: Market) -> Hold:
    """By the weights of the strategy, if it has any, else in equal parts."""
    if isinstance(request.strategy, Hold | Allocation):
        return Hold(request.strategy.weights)
    return Hold({symbol: 1 / len(market.symbols) for symbol in market.symbols})


def _return(request: Request, market: Market) -> float:
    run = simulate(request, market)
    growth, _ = time_weighted(run.equity, run.inflow, run.outflow)
    found = annualised(linked(growth), int(market.axis[-1] - market.axis[0]))
    return 0.0 if found is None else found
