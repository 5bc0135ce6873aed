"""Instruments no source prices: a house, a loan, a share of a friend's firm. Their prices are entered by hand."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from pricing.market.calendar import DEFAULT
from pricing.market.currencies import as_quoted
from pricing.market.files import CURRENCY, not_a_currency
from pricing.models import NAME_LENGTH, Instrument
from pricing.services.fixes import FixError
from pricing.services.instruments import SYMBOL

PREFIX = "MY-"  # no source has symbols that begin so


def create(symbol: str, name: str, currency: str, user: User) -> Instrument:
    """Its symbol begins with PREFIX. Raises FixError with the sentence to show."""
    wanted = symbol.strip().upper().removeprefix(PREFIX)
    wanted = f"{PREFIX}{wanted}"  # or one person's house would be everybody's exchange rate
    if not SYMBOL.fullmatch(wanted):
        raise FixError(f"{symbol!r} is no symbol: letters, digits, dots and hyphens, like MY-HOUSE.")
    if not CURRENCY.fullmatch(currency):
        raise FixError(not_a_currency(currency))
    try:
        with transaction.atomic():
            return Instrument.objects.create(
                symbol=wanted,
                name=name.strip()[:NAME_LENGTH] or wanted,
                currency=as_quoted(currency),
                quote_type="MANUAL",
                calendar=DEFAULT,
                status=Instrument.Status.MANUAL,
                entered_by=user,
            )
    except IntegrityError as error:
        raise FixError(f"There is an instrument {wanted} already: choose another symbol.") from error


def of_others(symbols: Iterable[str], user_id: int) -> list[str]:
    """Those that somebody else entered for himself."""
    own = Instrument.objects.filter(symbol__in=set(symbols), entered_by__isnull=False).exclude(entered_by=user_id)
    return sorted(own.values_list("symbol", flat=True))
