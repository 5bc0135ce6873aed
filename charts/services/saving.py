"""Strategies somebody keeps, and links that show a result to others."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from charts.models import Backtest, Share, Strategy
from portfolios.accounting.sentences import Sentence

MOST_STRATEGIES = 50  # of one person: each is computed again after every close
MOST_SHARES = 200


class SavingError(Exception):
    """Why it was not saved, as a Sentence."""


def save_strategy(user: User, row: Backtest, name: str, now: datetime) -> Strategy:
    """From today on it goes on out of sample. Raises SavingError."""
    if not row.is_there:
        raise SavingError(Sentence("There is no result yet that could be saved."))
    if user.strategies.count() >= MOST_STRATEGIES:
        raise SavingError(Sentence("You keep {count} strategies: remove one first.", count=MOST_STRATEGIES))
    try:
        with transaction.atomic():
            return Strategy.objects.create(owner=user, name=name, request=row.request, saved_on=now.date(), result=row)
    except IntegrityError as error:
        raise SavingError(Sentence("You have a strategy «{name}» already; choose another name.", name=name)) from error


def share(user: User, row: Backtest) -> Share:
    """The same link each time. Raises SavingError."""
    if not row.is_there:
        raise SavingError(Sentence("There is no result yet that could be shared."))
    if known := user.shares.filter(backtest=row).first():
        return known
    if user.shares.count() >= MOST_SHARES:
        raise SavingError(Sentence("You share {count} results: withdraw one first.", count=MOST_SHARES))
    return Share.objects.get_or_create(owner=user, backtest=row)[0]


def withdraw(link: Share) -> None:
    """Whoever has it finds nothing any more."""
    link.delete()
