"""Reads of the studies of a result: a map of its parameters as a table, the luck of its start as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from charts.forms.studies import LABELS
from charts.models import Backtest, Study
from charts.series.bars import Bar, Row, rows
from charts.series.tones import tone
from stocktracker import formats

QUARTERS = (0.25, 0.5, 0.75)  # of the largest: the steps of a shade
IN_PERCENT = {"band"}


@dataclass(frozen=True, slots=True)
class Cell:
    value: float | None  # annualised return; None: these numbers make no sense together
    tone: str
    title: str
    chosen: bool
    best: bool


@dataclass(frozen=True, slots=True)
class MapTable:
    down: str  # what changes from row to row
    across: str  # what changes from column to column; empty: nothing
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A study as a page shows it; while it is computed neither table nor bars."""

    study: Study
    table: MapTable | None = None
    bars: tuple[Row, ...] = ()


def studies_of(row: Backtest) -> list[Shown]:
    """The latest first. One query."""
    return [
        shown(study)
        for study in row.studies.select_related("backtest")
        .defer("backtest__curves", "backtest__trades", "backtest__report")
        .order_by("-asked_at")
    ]


def study_of(user: User, key: str, pk: int) -> Study | None:
    """One query."""
    seen = Q(backtest__owner=None) | Q(backtest__owner=user)
    return Study.objects.filter(seen, pk=pk, backtest__key=key).select_related("backtest").first()


def shown(study: Study) -> Shown:
    report = study.report
    if not report:
        return Shown(study)
    if study.kind == Study.Kind.MAP:
        return Shown(study, table=_table(report))
    return Shown(study, bars=rows(_bars(report)) if report["starts"] else ())


def _table(report: Mapping[str, Any]) -> MapTable:
    first, *second = report["parameters"]
    down, across = report["values"][0], report["values"][1] if second else [0.0]
    cells = [_cell(report, at, cell) for at, cell in enumerate(_shaded(report))]
    width = len(across)
    return MapTable(
        str(LABELS[first]),
        str(LABELS[second[0]]) if second else "",
        [_number(second[0], value) for value in across] if second else [],
        [(_number(first, value), cells[at * width : (at + 1) * width]) for at, value in enumerate(down)],
    )


def _shaded(report: Mapping[str, Any]) -> list[tuple[Mapping[str, Any] | None, str]]:
    """Each with its shade, against the largest of them."""
    returns = [abs(cell["twr_annualised"] or 0.0) for cell in report["cells"] if cell]
    largest = max(returns, default=0.0)
    steps = tuple(part * largest for part in QUARTERS)
    return [(cell, tone(cell["twr_annualised"], steps) if cell else "none") for cell in report["cells"]]


def _cell(report: Mapping[str, Any], at: int, shaded: tuple[Mapping[str, Any] | None, str]) -> Cell:
    cell, shade = shaded
    if cell is None:
        return Cell(None, "none", "", chosen=False, best=False)
    words = {
        "drop": formats.percent(cell["max_drawdown"], 1),
        "sharpe": formats.nothing() if cell["sharpe"] is None else formats.plain(cell["sharpe"], 2),
        "orders": cell["orders"],
    }
    title = _("largest drop %(drop)s, Sharpe ratio %(sharpe)s, %(orders)s orders") % words
    return Cell(cell["twr_annualised"], shade, title, at == report["chosen"], at == report["best"])


def _number(name: str, value: float) -> str:
    return f"{value * 100:g} %" if name in IN_PERCENT else f"{value:g}"


def _bars(report: Mapping[str, Any]) -> list[Bar]:
    """From the worst start to the best, and the chosen one."""
    names = {
        "worst": _("Worst"), "low": _("5 of 100 are worse"), "median": _("Median"), "high": _("95 of 100 are worse"),
        "best": _("Best"), "chosen": _("Yours"),
    }  # fmt: skip
    return [
        Bar(label, report[name]["value"], note=formats.day(date.fromisoformat(report[name]["start"])))
        for name, label in names.items()
    ]
