"""Payments, indices and returns that fit no portfolio, with figures somebody else published (README.md)."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from portfolios.performance.comparison import same_money
from portfolios.performance.returns import annualised, money_weighted
from portfolios.performance.risk import (
    SESSIONS_A_YEAR,
    captures,
    compare,
    max_drawdown,
    sharpe,
    sortino,
    volatility,
)  # fmt: skip
from tests.golden.differences import TOLERANCE, differences

SERIES = sorted((Path(__file__).parent / "series").glob("*.json"))


@pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)
def test_the_published_figures(path: Path) -> None:
    golden = json.loads(path.read_text())
    inputs = golden["inputs"]
    kind = next(name for name in COMPUTED if name in inputs)

    answer = COMPUTED[kind](inputs)

    assert set(golden["expected"]) <= set(answer)
    assert list(differences(golden["expected"], answer, golden.get("tolerance", TOLERANCE))) == []


def _of_flows(inputs: dict[str, Any]) -> dict[str, Any]:
    """Signs of the owner: a source whose first payment is received has them the other way round."""
    days = [date.fromisoformat(day) for day, _ in inputs["flows"]]
    amounts = [float(amount) for _, amount in inputs["flows"]]
    first = amounts[days.index(min(days))]
    return {"xirr": money_weighted(days, [-amount for amount in amounts] if first > 0 else amounts)}


def _of_index(inputs: dict[str, Any]) -> dict[str, Any]:
    return {"max_drawdown": _depth(np.array(inputs["index"], dtype=float))}


def _of_returns(inputs: dict[str, Any]) -> dict[str, Any]:
    """Figures of a year are by √252 here: those of months, by √12, differ by a known factor."""
    returns, a_year = np.array(inputs["returns"], dtype=float), inputs["periods_per_year"]
    index = np.concatenate([[1.0], np.cumprod(1 + returns)])
    scale = (a_year / SESSIONS_A_YEAR) ** 0.5
    figures = {"volatility": volatility(returns), "sharpe": sharpe(returns), "sortino": sortino(returns)}
    answer: dict[str, Any] = {name: None if own is None else own * scale for name, own in figures.items()}
    total = float(index[-1] - 1)
    days = round(365 * len(returns) / a_year)
    answer |= {"twr": total, "twr_annualised": annualised(total, days), "max_drawdown": _depth(index)}
    if "benchmark" in inputs:
        own = compare(returns, np.array(inputs["benchmark"], dtype=float), _sessions(len(returns)))
        answer |= {"beta": own.beta, "alpha_arithmetic": own.alpha, "tracking_error": own.tracking_error}
    return answer


def _of_months(inputs: dict[str, Any]) -> dict[str, Any]:
    up, down = captures(np.array(inputs["months"]), np.array(inputs["benchmark"]))
    return {"up_capture": up, "down_capture": down}


def _of_fund(inputs: dict[str, Any]) -> dict[str, Any]:
    level, paid_in, paid_out = (np.array(inputs[name], dtype=float) for name in ("fund", "paid_in", "paid_out"))
    found = same_money(level, paid_in, paid_out, float(inputs["value"]), _sessions(len(level)))
    return {"kaplan_schoar": found.kaplan_schoar, "in_fund": float(found.value[-1])}


def _depth(index: np.ndarray) -> dict[str, Any] | None:
    fall = max_drawdown(index)
    return None if fall is None else {"depth": fall.depth}


def _sessions(count: int) -> list[date]:
    return [date(2024, 1, 1) + timedelta(days=number) for number in range(count)]


COMPUTED = {"flows": _of_flows, "index": _of_index, "returns": _of_returns, "months": _of_months, "fund": _of_fund}
