"""How each figure of a report was computed: its definition, its formula with this portfolio's numbers, its prices.

Works on a report as JSON (cases.answers), so that pages can explain what a worker has stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .figures import FIGURES, HOLDING, PERIOD, Figure

Answer = Mapping[str, Any]
DAYS_A_YEAR = 365
SHORT_PERIOD = "{twr}, as it is: the period is not over one year"


PERCENTAGES = frozenset(
    {name for name, figure in {**FIGURES, **HOLDING}.items() if figure.unit == "percent"} | {"risk_free", "depth"}
)


def is_share(name: str) -> bool:
    return name.rpartition(".")[2] in PERCENTAGES


def _written(name: str, value: Any) -> str:
    return f"{value:.4%}" if name in PERCENTAGES and isinstance(value, float) else _number(value)


def _number(value: Any) -> str:
    """Up to ten digits; n/a for what does not exist."""
    if not isinstance(value, int | float):
        return "n/a" if value is None else str(value)
    return f"{value:,.10g}"


@dataclass(frozen=True, slots=True)
class Wording:
    """How definitions and numbers are said: in English with up to ten digits, unless a page knows its reader."""

    say: Callable[[str], str] = str
    write: Callable[[str, Any], str] = _written


ENGLISH = Wording()


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


def explain(report: Answer, name: str, wording: Wording = ENGLISH) -> Explanation:
    """Raises KeyError for a figure the report does not have."""
    prices = tuple(
        PriceUsed(row["symbol"], row["account"], row["price"], row["price_date"], row["estimated"])
        for row in report["holdings"]
        if row["quantity"]
    )
    if name in FIGURES:
        return _explanation(name, FIGURES[name], report, _terms(report, wording), prices, wording)
    title, _, figure = name.rpartition(".")
    holding = next((row for row in report["holdings"] if _title(row) == title), None)
    if holding is None or figure not in HOLDING:
        raise KeyError(name)
    own = tuple(price for price in prices if (price.symbol, price.account) == (holding["symbol"], holding["account"]))
    values = holding | {"value_end": report["value_end"]}
    return _explanation(name, HOLDING[figure], values, _terms(report, wording), own, wording)


def _title(holding: Answer) -> str:
    return f"{holding['symbol']}@{holding['account']}" if holding["account"] else str(holding["symbol"])


def _explanation(
    name: str,
    figure: Figure,
    own: Answer,
    terms: Mapping[str, Any],
    prices: tuple[PriceUsed, ...],
    wording: Wording,
) -> Explanation:
    key = name.rpartition(".")[2]
    result = own[key]["depth"] if key == "max_drawdown" and own[key] else own[key]
    inputs = {term: own[term] for term in figure.terms}
    if key == "xirr" and "payments" in own:
        inputs["payments"] = own["payments"]
    formula = wording.say(figure.formula)
    if key == "twr_annualised" and terms["days"] <= DAYS_A_YEAR:
        formula = wording.say(SHORT_PERIOD)
    definition = wording.say(figure.definition)
    return Explanation(
        name=name,
        title=wording.say(figure.title),
        definition=f"{definition} {wording.say(PERIOD)}" if figure.unit == "money" and "." not in name else definition,
        formula=filled(formula, {**own, **terms}, wording),
        inputs=inputs,
        result=result,
        period=(terms["period_start"], terms["period_end"]),
        prices=prices,
        estimated=any(price.estimated for price in prices),
    )


def _terms(report: Answer, wording: Wording) -> dict[str, Any]:
    """What formulas name beside the figures themselves."""
    write = wording.write
    start, end = report["period"]
    fall = report["max_drawdown"] or {}
    parts = [
        f"{write('quantity', row['quantity'])} {row['symbol']} × {write('price', row['price'])}"
        + (f" × {write('unit', row['unit'])}" if row["unit"] != 1 else "")
        + (f" × {write('rate', row['rate'])}" if row["rate"] != 1 else "")
        for row in report["holdings"]
        if row["quantity"]
    ] + [f"{write('cash', amount)} {currency}" for currency, amount in report["cash"].items() if amount]
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


def filled(formula: str, values: Mapping[str, Any], wording: Wording = ENGLISH) -> str:
    """The formula with numbers in it."""
    return formula.format_map({name: wording.write(name, value) for name, value in values.items()})


def as_text(one: Explanation) -> str:
    """For a terminal."""
    result = f"{one.result:.4%}" if one.result is not None and is_share(one.name) else _number(one.result)
    lines = [f"{one.title}: {result}", f"  {one.definition}", f"  = {one.formula}"]
    lines += [f"  {name}: {value}" for name, value in one.inputs.items()]
    lines += [
        f"  {price.symbol} {_number(price.price)} of {price.date}{', estimated' if price.estimated else ''}"
        for price in one.prices
    ]
    return "\n".join(lines)
