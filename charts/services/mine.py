"""Strategies that begin with somebody's portfolio: what it holds now, as weights that no longer depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from charts.backtests.request import Fault, RequestError
from portfolios.accounting.sentences import Sentence
from portfolios.models import Portfolio
from portfolios.selectors import cash_of, snapshot_of
from portfolios.valuation import ZERO, value_holding

PORTFOLIO = "portfolio"  # the kind a page may ask for; stored is what it held
MILLIONTH = Decimal("0.000001")
REBALANCED = ("every", "band")


def resolved(data: object, user: User, now: datetime) -> object:
    """The request with weights in the place of «my portfolio»; any other as it is. Raises RequestError.

    Its currency, and its value as the money to begin with, unless the request says something else.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("strategy"), Mapping):
        return data
    strategy = data["strategy"]
    if strategy.get("kind") != PORTFOLIO:
        return data
    portfolio = own_portfolio(user, strategy.get(PORTFOLIO))
    weights, idle, total = _weights(portfolio, now)
    if not weights:
        raise RequestError([Fault("strategy.portfolio", Sentence("«{name}» holds nothing.", name=portfolio.title))])
    rules = {name: strategy[name] for name in REBALANCED if strategy.get(name) is not None}
    given = {name: value for name, value in strategy.items() if name not in (*REBALANCED, "kind", PORTFOLIO)}
    kind = "allocation" if rules else "hold"
    made: dict[str, Any] = {"currency": portfolio.base_currency, "cash": float(round(total, 2)), **data}
    return made | {"strategy": {"kind": kind, "weights": weights, "cash": idle, **rules, **given}}


def own_portfolio(user: User, pk: object) -> Portfolio:
    """Raises RequestError: another's does not exist."""
    own = user.portfolios.select_related("snapshot")
    found = own.filter(pk=pk).first() if isinstance(pk, int) and not isinstance(pk, bool) and pk < 2**31 else None
    if found is None:
        raise RequestError([Fault("strategy.portfolio", Sentence("You have no such portfolio."))])
    return found


def _weights(portfolio: Portfolio, now: datetime) -> tuple[dict[str, float], float, Decimal]:
    """({symbol: share}, the share of cash, value of both); what was sold short cannot be held and is left out.

    One query; a holding without a quote is worth what its last bar says.
    """
    values: dict[str, Decimal] = {}
    for holding in portfolio.holdings.select_related("instrument__quote", "rate__quote", "portfolio"):
        value = value_holding(holding, {}, now, refused=False).value
        if value > 0:
            symbol = holding.instrument.symbol
            values[symbol] = values.get(symbol, ZERO) + value
    cash = max(cash_of(snapshot_of(portfolio)), ZERO)
    total = sum(values.values(), cash)
    parts = {symbol: part for symbol, value in values.items() if (part := (value / total).quantize(MILLIONTH))}
    idle = max(1 - sum(parts.values()), ZERO)
    return {symbol: float(part) for symbol, part in sorted(parts.items())}, float(idle), total
