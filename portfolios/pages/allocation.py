"""Reads that answer the page of allocation: the groups of what is held, their targets, and what would restore them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from charts.series.donut import Donut, donut
from charts.series.treemap import Item, Tile, treemap
from portfolios.grouping import CASH, DIMENSIONS, FUNDS, UNKNOWN, Group, Piece, class_of, grouped, region_of
from portfolios.models import Label, Portfolio, Target
from portfolios.pages.dashboard import Dashboard, dashboard
from portfolios.valuation import ZERO, Valued
from pricing.market.currencies import major, rate_symbol
from pricing.models import Quote

EVERYWHERE = {"": Decimal(1)}
TILES = 60


@dataclass(frozen=True, slots=True)
class AllocationPage:
    whole: Dashboard
    dimension: str
    groups: list[Group]
    donut: Donut
    has_targets: bool
    target_sum: Decimal

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return tiles_of(self.whole)

    @property
    def largest_drift(self) -> Decimal | None:
        """By how much the group that is furthest from its target is away."""
        drifts = [abs(group.drift) for group in self.groups if group.drift is not None]
        return max(drifts, default=None)


def allocation(portfolio: Portfolio, dimension: str, now: datetime) -> AllocationPage:
    """Six queries; one more where foreign cash needs rates."""
    whole = dashboard(portfolio, now)
    targets = {row.name: row.weight for row in Target.objects.filter(portfolio=portfolio, dimension=dimension)}
    pieces = pieces_of(whole, labels_of(portfolio), by_account=dimension == "account")
    groups = grouped(pieces, dimension, targets)
    return AllocationPage(
        whole,
        dimension,
        groups,
        donut((gettext(group.name), group.value) for group in groups),
        bool(targets),
        sum(targets.values(), ZERO),
    )


def tiles_of(whole: Dashboard) -> tuple[Tile, ...]:
    """The largest holdings, by value and day's change: smaller ones would be no tiles one could see."""
    return treemap(
        Item(
            row.valued.instrument.symbol,
            row.valued.value,
            row.valued.price_change,
            reverse("instrument", args=[whole.portfolio.pk, row.valued.instrument.symbol]),
        )
        for row in whole.rows[:TILES]
    )


def labels_of(portfolio: Portfolio) -> dict[tuple[int, str], str]:
    """{(instrument, dimension): the owner's own word for where it belongs}. One query."""
    rows = Label.objects.filter(user=portfolio.owner_id).values_list("instrument", "dimension", "name")
    return {(instrument, dimension): name for instrument, dimension, name in rows}


def pieces_of(whole: Dashboard, labels: Mapping[tuple[int, str], str], *, by_account: bool = False) -> list[Piece]:
    """Each holding, whole or by account, and cash by currency."""
    found = [
        Piece(row.valued.instrument.symbol, row.valued.value * part, _places(row.valued, account, labels))
        for row in whole.rows
        for account, part in (_accounts(whole, row.valued.instrument.symbol) if by_account else EVERYWHERE).items()
    ]
    return [*found, *_cash(whole)]


def _places(valued: Valued, account: str, labels: Mapping[tuple[int, str], str]) -> dict[str, str]:
    instrument = valued.instrument
    group = class_of(instrument.quote_type)
    unsaid = FUNDS if group == FUNDS else UNKNOWN
    region = region_of(instrument.country)
    places = {
        "class": group,
        "sector": instrument.sector or unsaid,
        "region": region if region != UNKNOWN else unsaid,
        "currency": major(instrument.currency) or UNKNOWN,
        "account": account or UNKNOWN,
    }
    return {dimension: labels.get((instrument.pk, dimension), place) for dimension, place in places.items()}


def _accounts(whole: Dashboard, symbol: str) -> dict[str, Decimal]:
    """{account: which part of the holding it has}, as of the report; all of it in one where that does not know it."""
    report = whole.snapshot.report if whole.snapshot else {}
    rows = [row for row in report.get("holdings", ()) if row["symbol"] == symbol and row["quantity"]]
    held = sum(row["quantity"] for row in rows)
    if len(rows) <= 1 or not held:
        return {rows[0]["account"] if rows else "": Decimal(1)}
    return {row["account"]: Decimal(str(row["quantity"])) / Decimal(str(held)) for row in rows}


def _cash(whole: Dashboard) -> list[Piece]:
    balances = {code: Decimal(text) for code, text in (whole.snapshot.cash if whole.snapshot else {}).items()}
    base = whole.portfolio.base_currency
    rates = _rates([code for code in balances if code != base], base)
    known = {code: amount * rates[code] for code, amount in balances.items() if code in rates}
    known |= {base: whole.cash - sum(known.values(), ZERO)} if base in balances or whole.cash else {}
    everywhere = dict.fromkeys(DIMENSIONS, CASH)
    return [Piece("", value, {**everywhere, "currency": code}) for code, value in known.items() if value]


def _rates(currencies: Iterable[str], base: str) -> dict[str, Decimal]:
    """{currency: what one unit costs now} of those with a quote; the rest stays with the base currency."""
    symbols = {symbol: code for code in currencies if (symbol := rate_symbol(code, base))}
    if not symbols:
        return {}
    quotes = Quote.objects.filter(instrument__symbol__in=symbols).values_list("instrument__symbol", "price")
    return {symbols[symbol]: price for symbol, price in quotes}


def labelled(whole: Dashboard, dimension: str, labels: Mapping[tuple[int, str], str]) -> list[dict[str, Any]]:
    """What a form for the owner's own words shows: each instrument, where it stands, and what the owner says."""
    return [
        {
            "instrument": row.valued.instrument,
            "place": _places(row.valued, "", {})[dimension],
            "label": labels.get((row.valued.instrument.pk, dimension), ""),
        }
        for row in whole.rows
    ]
