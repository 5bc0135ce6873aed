"""Instruments no source prices: a house, a loan, a share of a friend's firm. Their prices are entered by hand."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pricing.market.calendar import DEFAULT
from pricing.market.currencies import as_quoted
from pricing.market.files import CURRENCY
from pricing.market.symbols import SYMBOL
from pricing.models import NAME_LENGTH, Instrument
from pricing.services.fixes import FixError

PREFIX = "MY-"  # no source has symbols that begin so


def create(symbol: str, name: str, currency: str, user: User) -> Instrument:
    """Its symbol begins with PREFIX. Raises FixError with the sentence to show."""
    wanted = symbol.strip().upper().removeprefix(PREFIX)
    wanted = f"{PREFIX}{wanted}"  # or one person's house would be everybody's exchange rate
    if not SYMBOL.fullmatch(wanted):
        told = _("%(text)r is no symbol: letters, digits, dots and hyphens, like MY-HOUSE.")
        raise FixError(told % {"text": symbol})
    if not CURRENCY.fullmatch(currency):
        told = _("«%(text)s» is not a currency. Use a code like EUR, or GBp for pence.")
        raise FixError(told % {"text": currency})
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
        told = _("There is an instrument %(symbol)s already: choose another symbol.")
        raise FixError(told % {"symbol": wanted}) from error


def of_others(symbols: Iterable[str], user_id: int) -> list[str]:
    """Those that somebody else entered for himself."""
    own = Instrument.objects.filter(symbol__in=set(symbols), entered_by__isnull=False).exclude(entered_by=user_id)
    return sorted(own.values_list("symbol", flat=True))
