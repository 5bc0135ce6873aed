"""A map of parameters: the same strategy with other numbers, and whether the chosen ones were only lucky."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from portfolios.accounting.sentences import Sentence
from portfolios.performance.returns import annualised
from portfolios.performance.risk import sharpe

from .engine import simulate
from .market import Market
from .ranges import MOST_PARAMETERS, MOST_RUNS
from .rules import Crossover, Momentum, Request, Reversion, Strategy
from .statistics import window_of

ROBUST = 0.75  # of what the chosen setting earned above cash: every neighbour keeps as much
FRAGILE = 0.5  # some neighbour does not even keep this

Report = Callable[[int, int], None]  # (done, of how many)


@dataclass(frozen=True, slots=True)
class Cell:
    values: tuple[float, ...]  # of each parameter
    twr_annualised: float | None
    max_drawdown: float | None
    sharpe: float | None
    orders: int

    @property
    def as_data(self) -> dict[str, Any]:
        figures = {name: getattr(self, name) for name in ("twr_annualised", "max_drawdown", "sharpe", "orders")}
        return {"values": list(self.values)} | figures


@dataclass(frozen=True, slots=True)
class Map:
    parameters: tuple[str, ...]  # one or two
    values: tuple[tuple[float, ...], ...]  # of each, ascending
    cells: list[Cell | None]  # all values of the last parameter for the first of the first, …; None: makes no sense
    chosen: int | None  # position of the request's own setting, or of the nearest
    best: int | None
    label: str  # "robust", "fragile" or "mixed"
    sentence: Sentence

    @property
    def report(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "parameters": list(self.parameters),
            "values": [list(values) for values in self.values],
            "cells": [cell.as_data if cell else None for cell in self.cells],
            "chosen": self.chosen,
            "best": self.best,
            "label": self.label,
            "sentence": self.sentence.stored,
        }


def parameter_map(
    request: Request, market: Market, over: Mapping[str, Sequence[float]], report_progress: Report | None = None
) -> Map:
    """Of one or two parameters of the strategy. Raises ValueError for more, or for more than MOST_RUNS settings."""
    parameters, values = tuple(over), tuple(tuple(sorted(set(over[name]))) for name in over)
    settings = list(product(*values))
    if not 1 <= len(parameters) <= MOST_PARAMETERS or len(settings) > MOST_RUNS:
        raise ValueError(f"{len(parameters)} parameters with {len(settings)} settings are no map.")
    cells: list[Cell | None] = []
    for done, setting in enumerate(settings, start=1):
        cells.append(_cell(request, market, parameters, setting))
        if report_progress is not None:
            report_progress(done, len(settings))
    chosen = _nearest(request.strategy, parameters, settings, cells)
    known = [at for at, cell in enumerate(cells) if cell and cell.twr_annualised is not None]
    best = max(known, key=lambda at: _earned(cells[at], 0.0), default=None)
    near = _neighbours(chosen, [len(one) for one in values], cells) if chosen is not None else []
    label, sentence = judged(
        None if chosen is None else cells[chosen], near, None if best is None else cells[best], request.risk_free
    )
    return Map(parameters, values, cells, chosen, best, label, sentence)


def with_parameters(strategy: Strategy, parameters: Sequence[str], values: Sequence[float]) -> Strategy:
    """Whole numbers stay whole."""
    now = {name: getattr(strategy, name) for name in parameters}
    changes: dict[str, Any] = {
        name: int(value) if isinstance(now[name], int) else float(value)
        for name, value in zip(parameters, values, strict=True)
    }
    changed: Strategy = replace(strategy, **changes)
    return changed


def makes_sense(strategy: Strategy) -> bool:
    match strategy:
        case Crossover():
            return 0 < strategy.fast < strategy.slow
        case Reversion():
            return strategy.below < strategy.above and strategy.days > 0
        case Momentum():
            return 0 < strategy.top <= len(strategy.symbols) and 0 <= strategy.skip < strategy.months
        case _:
            return True


def _cell(request: Request, market: Market, parameters: Sequence[str], setting: tuple[float, ...]) -> Cell | None:
    strategy = with_parameters(request.strategy, parameters, setting)
    if not makes_sense(strategy):
        return None
    run = simulate(replace(request, strategy=strategy), market)
    window = window_of(run)
    fall = window.drawdown
    return Cell(
        setting,
        annualised(window.twr, window.length),
        fall.depth if fall else None,
        sharpe(window.returns_by_session, request.risk_free),
        len(run.orders),
    )


def _nearest(
    strategy: Strategy, parameters: Sequence[str], settings: Sequence[tuple[float, ...]], cells: Sequence[Cell | None]
) -> int | None:
    """Of the settings that make sense, by the sum of relative distances."""
    own = [float(getattr(strategy, name) or 0.0) for name in parameters]

    def distance(at: int) -> float:
        pairs = zip(settings[at], own, strict=True)
        return sum(abs(value - wanted) / max(abs(value), abs(wanted), 1e-12) for value, wanted in pairs)

    return min((at for at, cell in enumerate(cells) if cell), key=distance, default=None)


def _neighbours(chosen: int, lengths: Sequence[int], cells: Sequence[Cell | None]) -> list[Cell]:
    """At most one step away in each parameter: up to eight."""
    width = lengths[1] if len(lengths) > 1 else 1
    row, column = divmod(chosen, width)
    steps = [
        (row + down) * width + column + right
        for down, right in product((-1, 0, 1), repeat=2)
        if (down or right) and 0 <= row + down < lengths[0] and 0 <= column + right < width
    ]
    return [cell for at in steps if (cell := cells[at]) is not None]


def _earned(cell: Cell | None, risk_free: float) -> float:
    return -1.0 if cell is None or cell.twr_annualised is None else cell.twr_annualised - risk_free


def judged(chosen: Cell | None, near: Sequence[Cell], best: Cell | None, risk_free: float) -> tuple[str, Sentence]:
    """(label, why). Measured by what is earned a year above cash.

    robust: every neighbour keeps 75 % of what the chosen setting earned. fragile: one of them loses more than half of
    it, or the chosen setting earned nothing although another one did. mixed: all the rest.
    """
    if chosen is None or not near:
        return "mixed", Sentence("There is no setting next to the chosen one to compare it with.")
    own, lowest, most = (
        _earned(chosen, risk_free),
        min(_earned(one, risk_free) for one in near),
        _earned(best, risk_free),
    )
    if own <= 0:
        if most <= 0:
            return "mixed", Sentence("No setting earned more than cash did.")
        return "fragile", Sentence(
            "The chosen setting earned nothing above cash, the best one {best} a year: that may be chance.",
            best=_percent(most),
        )
    values = {"own": _percent(own), "lowest": _percent(lowest), "count": len(near)}
    if lowest >= ROBUST * own:
        return "robust", Sentence(
            "The chosen setting earned {own} a year above cash, and each of its {count} neighbours {lowest} or more: "
            "small changes change little.",
            **values,
        )
    if lowest < FRAGILE * own:
        return "fragile", Sentence(
            "The chosen setting earned {own} a year above cash, but one of its {count} neighbours only {lowest}: "
            "a small change loses more than half.",
            **values,
        )
    return "mixed", Sentence(
        "The chosen setting earned {own} a year above cash, the weakest of its {count} neighbours {lowest}: "
        "small changes matter, but do not decide.",
        **values,
    )


def _percent(value: float) -> str:
    return f"{value * 100:.1f} %".replace("-", "−")
