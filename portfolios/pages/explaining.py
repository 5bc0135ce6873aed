"""How a figure on a page came about, said to its reader: of the report as stored, or of what is live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from portfolios.explanations import Wording, explain, filled, is_share
from portfolios.figures import FIGURES, HOLDING, PAGE, Figure
from portfolios.models import Portfolio, Snapshot
from portfolios.pages.dashboard import Dashboard, dashboard
from stocktracker import formats

YEAR = timedelta(days=365)
# Figures of pages that a report knows by another name.
ALIASES = {"gain": "total_gain", "twr_annual": "twr_annualised", "drawdown": "max_drawdown", "put_in": "inflows"}
LIVE = {"total", "day_change"}
MOST_DIGITS = 10  # of a number in a formula
MONEY = {"cost", "value", "gain", "put_in"}  # terms that are no figures themselves
OPEN = {"price", "rate", "unit"}  # what privacy mode need not hide
OF_REPORT = {**HOLDING, **FIGURES}
OF_PAGE = {**HOLDING, **PAGE, **FIGURES}
UNHIDDEN = {"days", "trades", "payments", "daily_returns", "beta", "sharpe_year"}


@dataclass(frozen=True, slots=True)
class Input:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Price:
    symbol: str
    text: str
    day: str  # its date; empty where it is live
    at: datetime | None
    estimated: bool
    freshness: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation in the reader's words."""

    title: str
    result: str
    definition: str
    formula: str
    inputs: list[Input]
    prices: list[Price]
    period: tuple[str, str] | None
    computed_at: datetime | None  # None: now


def explained(portfolio: Portfolio, name: str, now: datetime) -> Explained | None:
    """None for a figure nobody knows, or one that has not been computed yet. One query; three where it is live."""
    snapshot = Snapshot.objects.filter(portfolio=portfolio).exclude(report={}).first()
    if snapshot is None:
        return None
    if name in LIVE:
        portfolio.snapshot = snapshot
        return _live(dashboard(portfolio, now), name)
    if name in PAGE:
        return _of_page(snapshot, portfolio, name)
    try:
        return _of_report(snapshot, portfolio.base_currency, ALIASES.get(name, name))
    except KeyError:
        return None


def _of_report(snapshot: Snapshot, currency: str, name: str) -> Explained:
    """Raises KeyError."""
    found = explain({**snapshot.report, "trades": snapshot.trades}, name, Wording(gettext, _written))
    unit = _unit(name)
    return Explained(
        title=found.title if "." not in name else f"{name.rpartition('.')[0]}: {found.title}",
        result=_result(unit, found.result, currency),
        definition=found.definition,
        formula=found.formula,
        inputs=[_input(OF_REPORT, term, value, currency) for term, value in found.inputs.items() if _is_number(value)],
        prices=[
            Price(price.symbol, _written("price", price.price), price.date or "", None, price.estimated)
            for price in found.prices
        ],
        period=found.period,
        computed_at=snapshot.computed_at,
    )


def _of_page(snapshot: Snapshot, portfolio: Portfolio, name: str) -> Explained:
    figure, figures = PAGE[name], snapshot.figures
    whole: Mapping[str, Any] = snapshot.performance.get("income", {}).get("whole", {})
    values = {**figures, **whole} if name in whole else {**whole, **figures}
    first, last = snapshot.report["period"]
    terms = {
        **values,
        "year_ago": formats.day(snapshot.as_of - YEAR) if snapshot.as_of else "",
        "days": (snapshot.as_of - date.fromisoformat(first)).days if snapshot.as_of else 0,
        "benchmark": portfolio.benchmark.symbol if portfolio.benchmark else gettext("no benchmark"),
        "risk_free": float(portfolio.risk_free),
    }
    wording = Wording(gettext, _written_of_page)
    return Explained(
        title=gettext(figure.title),
        result=_result(figure.unit, values.get(name), portfolio.base_currency),
        definition=filled(gettext(figure.definition), terms, wording),
        formula=filled(gettext(figure.formula), terms, wording),
        inputs=[_input(OF_PAGE, term, values.get(term), portfolio.base_currency) for term in figure.terms],
        prices=[],
        period=(first, last),
        computed_at=snapshot.computed_at,
    )


def _live(page: Dashboard, name: str) -> Explained:
    figure, currency = PAGE[name], page.portfolio.base_currency
    parts = [f"{formats.quantity(row.valued.holding.quantity)} {row.valued.instrument.symbol}" for row in page.rows]
    cash = [f"{formats.money(page.cash, currency)} {gettext('cash')}"] if page.cash else []
    result = page.total if name == "total" else page.day_change
    return Explained(
        title=gettext(figure.title),
        result=formats.money(result, currency, signed=name != "total"),
        definition=gettext(figure.definition),
        formula=filled(gettext(figure.formula), {"holdings": " + ".join([*parts, *cash])}, Wording(gettext, _written)),
        inputs=[
            Input(row.valued.instrument.symbol, formats.money(_part(row.valued, name), currency)) for row in page.rows
        ] + [Input(gettext("Cash"), formats.money(page.cash, currency)) for _ in cash if name == "total"],
        prices=[
            Price(
                row.valued.instrument.symbol,
                formats.price(row.valued.price, row.valued.instrument.currency),
                "",
                row.valued.at,
                row.valued.price is None,
                row.valued.freshness,
            )
            for row in page.rows
        ],
        period=None,
        computed_at=None,
    )  # fmt: skip


def _part(valued: Any, name: str) -> Decimal:
    part: Decimal = valued.value if name == "total" else valued.day_change
    return part


def _unit(name: str) -> str:
    key = name.rpartition(".")[2]
    return (HOLDING if "." in name else FIGURES)[key].unit


def _result(unit: str, value: Any, currency: str) -> str:
    if unit == "percent":
        return formats.percent(value)
    if unit == "ratio":
        return formats.nothing() if value is None else formats.plain(value, 2)
    return formats.money(value, currency)


def _input(known: Mapping[str, Figure], term: str, value: Any, currency: str) -> Input:
    figure = known.get(term)
    title = gettext(figure.title) if figure else gettext(term.replace("_", " ").capitalize())
    unit = figure.unit if figure else "money" if term in MONEY else ""
    return Input(title, _result(unit, value, currency) if unit else _written(term, value))


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def _written_of_page(name: str, value: Any) -> str:
    """There «rate» is a yield, in a report an exchange rate."""
    if name in PAGE and PAGE[name].unit == "percent" and isinstance(value, int | float | Decimal):
        return formats.percent(value, 4, signed=False)
    return _written(name, value)


def _written(name: str, value: Any) -> str:
    """A number in a formula, in the reader's separators; hidden where it would say how much there is."""
    if value is None:
        return formats.nothing()
    if not isinstance(value, int | float | Decimal):
        return _day_or_text(str(value))
    if is_share(name):
        return formats.percent(value, 4, signed=False)
    if formats.style().private and name not in OPEN | UNHIDDEN:
        return formats.HIDDEN
    return formats.separated(f"{value:,.{MOST_DIGITS}g}")


def _day_or_text(text: str) -> str:
    try:
        return formats.day(date.fromisoformat(text))
    except ValueError:
        return gettext(text) if text else ""
