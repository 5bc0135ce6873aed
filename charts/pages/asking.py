"""Reads of the form of a backtest: what its reader may choose from, a request in words, what is still to be fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from charts.backtests.request import as_data
from charts.backtests.rules import Request
from charts.services.asking import basis_of
from pricing.models import Instrument

from . import words

MOST_SUGGESTED = 60
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "INR")


@dataclass(frozen=True, slots=True)
class Words:
    """A request, said."""

    strategy: str
    money: str
    period: str
    costs: str


def in_words(request: Request) -> Words:
    data = as_data(request)
    return Words(words.strategy(data), words.money(data), words.period(data), words.costs(data))


def missing_of(request: Request) -> list[str]:
    """Symbols whose prices have to come first. One query, two with other currencies."""
    return basis_of(request).missing


def portfolios_of(user: User) -> list[tuple[str, str]]:
    """(number, name), the combined one first. One query."""
    return [(str(row.pk), row.title) for row in user.portfolios.order_by("-is_combined", "name")]


def known_to(user: User) -> list[tuple[str, Any]]:
    """(symbol, name) of what has prices here: its own instruments and everybody's. One query."""
    rows = Instrument.objects.filter(Q(entered_by=None) | Q(entered_by=user), status=Instrument.Status.ACTIVE)
    return list(rows.exclude(symbol__contains="=").order_by("symbol").values_list("symbol", "name")[:MOST_SUGGESTED])
