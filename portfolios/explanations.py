"""How each figure of a report was computed: its definition, its formula with this portfolio's numbers, its prices.

Works on a report as JSON (cases.answers), so that pages can explain what a worker has stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .figures import FIGURES, HOLDING, PERIOD, Figure

Answer = Mapping[str, Any]
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class PriceUsed:
    symbol: str
    account: str
    price: float | None
    date: str | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    name: str
    title: str
    definition: str
    formula: str  # with this portfolio's numbers
    inputs: Mapping[str, Any]
    result: float | None
    period: tuple[str, str]
    prices: tuple[PriceUsed, ...]
    estimated: bool  # whether any of the prices is


def names(report: Answer) -> list[str]:
    """Of everything that can be explained: "twr", "AAPL.value", "AAPL@broker.value"."""
    return [*FIGURES, *(f"{_title(holding)}.{name}" for holding in report["holdings"] for name in HOLDING)]


def explain(report: Answer, name: str) -> Explanation:
    """Raises KeyError for a figure the report does not have."""
    prices = tuple(
        PriceUsed(row["symbol"], row["account"], row["price"], row["price_date"], row["estimated"])
        for row in report["holdings"]
        if row["quantity"]
    )
    if name in FIGURES:
        return _explanation(name, FIGURES[name], report, _terms(report), prices)
    title, _, figure = name.rpartition(".")
    holding = next((row for row in report["holdings"] if _title(row) == title), None)
    if holding is None or figure not in HOLDING:
        raise KeyError(name)
    own = tuple(price for price in prices if (price.symbol, price.account) == (holding["symbol"], holding["account"]))
    return _explanation(name, HOLDING[figure], holding | {"value_end": report["value_end"]}, _terms(report), own)


def _title(holding: Answer) -> str:
    return f"{holding['symbol']}@{holding['account']}" if holding["account"] else str(holding["symbol"])


def _explanation(
    name: str, figure: Figure, own: Answer, terms: Mapping[str, Any], prices: tuple[PriceUsed, ...]
) -> Explanation:
    key = name.rpartition(".")[2]
    result = own[key]["depth"] if key == "max_drawdown" and own[key] else own[key]
    inputs = {term: own[term] for term in figure.terms}
    if key == "xirr" and "payments" in own:
        inputs["payments"] = own["payments"]
    formula = figure.formula
    if key == "twr_annualised" and terms["days"] <= DAYS_A_YEAR:
        formula = "{twr}, as it is: the period is not over one year"
    return Explanation(
        name=name,
        title=figure.title,
        definition=f"{figure.definition} {PERIOD}" if figure.unit == "money" and "." not in name else figure.definition,
        formula=_filled(formula, {**own, **terms}),
        inputs=inputs,
        result=result,
        period=(terms["period_start"], terms["period_end"]),
        prices=prices,
        estimated=any(price.estimated for price in prices),
    )


def _terms(report: Answer) -> dict[str, Any]:
    """What formulas name beside the figures themselves."""
    start, end = report["period"]
    fall = report["max_drawdown"] or {}
    parts = [
        f"{_number(row['quantity'])} {row['symbol']} × {_number(row['price'])}"
        + (f" × {_number(row['unit'])}" if row["unit"] != 1 else "")
        + (f" × {_number(row['rate'])}" if row["rate"] != 1 else "")
        for row in report["holdings"]
        if row["quantity"]
    ] + [f"{_number(amount)} {currency}" for currency, amount in report["cash"].items() if amount]
    return {
        "period_start": start,
        "period_end": end,
        "days": (date.fromisoformat(end) - date.fromisoformat(start)).days,
        "trades": len(report.get("trades", [])),
        "payments": len(report["payments"]),
        "peak": fall.get("peak") or "no day",
        "trough": fall.get("trough") or "no day",
        "recovery": fall.get("recovery") or "not yet",
        "depth": abs(fall.get("depth") or 0.0),
        "holdings": " + ".join(parts) or "nothing",
    }


PERCENTAGES = frozenset(
    {name for name, figure in {**FIGURES, **HOLDING}.items() if figure.unit == "percent"} | {"risk_free", "depth"}
)


def _is_share(name: str) -> bool:
    return name.rpartition(".")[2] in PERCENTAGES


def _filled(formula: str, values: Mapping[str, Any]) -> str:
    """The formula with numbers in it."""
    return formula.format_map({name: _written(name, value) for name, value in values.items()})


def _written(name: str, value: Any) -> str:
    return f"{value:.4%}" if name in PERCENTAGES and isinstance(value, float) else _number(value)


def _number(value: Any) -> str:
    """Up to ten digits; n/a for what does not exist."""
    if not isinstance(value, int | float):
        return "n/a" if value is None else str(value)
    return f"{value:,.10g}"


def as_text(one: Explanation) -> str:
    """For a terminal."""
    result = f"{one.result:.4%}" if one.result is not None and _is_share(one.name) else _number(one.result)
    lines = [f"{one.title}: {result}", f"  {one.definition}", f"  = {one.formula}"]
    lines += [f"  {name}: {value}" for name, value in one.inputs.items()]
    lines += [
        f"  {price.symbol} {_number(price.price)} of {price.date}{', estimated' if price.estimated else ''}"
        for price in one.prices
    ]
    return "\n".join(lines)
