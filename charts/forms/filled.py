"""A form filled with a request that was made before, or with what a page passed along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .backtests import COSTS, INITIAL
from .fields import OF_A_RULE
from .templates import Template
from .typed import percent, shown

PERCENTS = {"band", "growth"}


def initial_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """As charts.backtests.request.as_data wrote it."""
    strategy = request["strategy"]
    own = ("cash", "currency", "start", "end", "benchmark", "fill")
    filled: dict[str, Any] = INITIAL | {name: shown(request[name]) for name in own}
    filled |= {"risk_free": percent(request["risk_free"]), "whole_shares": request["whole_shares"]}
    filled |= {f"cost_{name}": shown(request["costs"][name]) for name in COSTS}
    filled["cost_rate"] = percent(request["costs"]["rate"])
    for name, value in strategy.items():
        filled |= _of_strategy(name, value)
    for number, flow in enumerate(request["flows"], start=1):
        filled |= _of_flow(number, flow)
    return filled


def initial_with(template: Template, symbol: str) -> dict[str, Any]:
    """A template about this security."""
    filled = {**INITIAL, **template.initial}
    if template.weighted:
        filled = {name: value for name, value in filled.items() if not name.startswith(("part_", "symbol_"))}
        return filled | {"part_0": "100", "symbol_0": symbol}
    return filled | ({"symbol": symbol} if "symbol" in template.fields else {})


def _of_strategy(name: str, value: Any) -> dict[str, Any]:
    match name:
        case "weights":
            return {
                key: text
                for row, (symbol, part) in enumerate(value.items())
                for key, text in ((f"part_{row}", percent(round(part, 6))), (f"symbol_{row}", symbol))
            }
        case "cash":
            return {"idle": percent(value) if value else ""}
        case "symbols":
            return {name: ", ".join(value)}
        case _:
            return {name: percent(value) if name in PERCENTS and value is not None else shown(value)}


def _of_flow(number: int, flow: Mapping[str, Any]) -> dict[str, Any]:
    way = "in" if flow["amount"] > 0 else "out"
    filled: dict[str, Any] = {f"flow{number}_{name}": shown(flow.get(name)) for name in OF_A_RULE if name != "way"}
    filled[f"flow{number}_amount"] = shown(abs(flow["amount"]))
    filled[f"flow{number}_growth"] = percent(flow["growth"])
    return filled | {f"flow{number}_way": way}
