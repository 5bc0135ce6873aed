"""Names in somebody's files as they are called here, and the checks of the pages in the words of the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.forms import BaseForm

from portfolios.grouping import DIMENSIONS
from portfolios.services.instruments import foreign
from pricing.market.symbols import SYMBOL
from stocktracker.sentences import said

from .portable import ExportError, Fields

SYMBOL_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Names:
    """`renamed`: own instruments whose symbols are somebody else's here."""

    user: User
    renamed: Mapping[str, str]

    def here(self, symbol: str) -> str:
        return self.renamed.get(symbol, symbol)

    def symbol(self, fields: Fields) -> str:
        """The one an entry names. Raises ExportError for what this person may not name."""
        symbol = self.here(fields.text("symbol", SYMBOL_LENGTH))
        self.check([symbol], fields.where)
        return symbol

    def check(self, symbols: Iterable[str], where: str) -> None:
        wanted = sorted(set(symbols))
        for symbol in wanted:
            if not SYMBOL.fullmatch(symbol):
                raise ExportError(f"{where}: «{symbol}» is no symbol; write a ticker like AAPL or VOD.L.")
        if told := foreign(wanted, self.user.pk):
            raise ExportError(f"{where}: {said(next(iter(told.values())))}")


def dimension(one: Fields) -> str:
    name = one.text("dimension", 8)
    if name not in DIMENSIONS:
        raise ExportError(f"{one.where}: «{name}» is no dimension. There are: {', '.join(DIMENSIONS)}.")
    return name


def check_form(form: BaseForm, where: str) -> None:
    """Raises ExportError with what a page would say beside the field."""
    for name, problems in form.errors.items():
        raise ExportError(f"{where}: {name}: {' '.join(map(str, problems))}")
