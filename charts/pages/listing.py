"""Reads of the list: what one can begin with, what one has saved, shared and asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User

from charts.backtest_selectors import latest_of, shares_of, strategies_of
from charts.models import Backtest, Share, Strategy

from . import words


@dataclass(frozen=True, slots=True)
class Latest:
    key: str
    strategy: str
    money: str
    at: datetime
    state: str  # there, waiting, problem
    figures: Mapping[str, Any]
    currency: str


@dataclass(frozen=True, slots=True)
class Saved:
    pk: int
    name: str
    strategy: str
    saved_on: date
    figures: Mapping[str, Any]
    after: Mapping[str, Any] | None  # out of sample


@dataclass(frozen=True, slots=True)
class Shared:
    token: str
    strategy: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    latest: list[Latest]
    strategies: list[Saved]
    shares: list[Shared]


def listing(user: User) -> Listing:
    """Three queries."""
    return Listing(
        [_latest(row.backtest, row.at) for row in latest_of(user)],
        [_saved(row) for row in strategies_of(user)],
        [_shared(row) for row in shares_of(user)],
    )


def _latest(row: Backtest, at: datetime) -> Latest:
    state = "problem" if row.problem else "there" if row.is_there else "waiting"
    request = row.request
    return Latest(
        row.key, words.strategy(request), words.money(request), at, state, figures_of(row), request["currency"]
    )


def figures_of(row: Backtest) -> Mapping[str, Any]:
    figures: Mapping[str, Any] = (row.report or {}).get("figures", {})
    return figures


def _saved(row: Strategy) -> Saved:
    after = (row.divided or {}).get("after")
    return Saved(row.pk, row.name, words.strategy(row.request), row.saved_on, figures_of(row.result), after)


def _shared(row: Share) -> Shared:
    return Shared(row.token, words.strategy(row.backtest.request), row.created_at)
