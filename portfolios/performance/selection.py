"""What a report looks at: everything, an account, an instrument, a class of them; a sum of rows of the history."""

from __future__ import annotations

from dataclasses import dataclass

from portfolios.accounting.entries import Place

from .book import Book


@dataclass(frozen=True, slots=True)
class Selection:
    """None: no matter which. Cash belongs to its account, but to no symbol and to no class."""

    account: str | None = None
    symbol: str | None = None
    group: str | None = None  # class: share, fund, coin …, as the source calls it

    def includes(self, place: Place, book: Book) -> bool:
        if self.account is not None and place.account != self.account:
            return False
        if self.symbol is None and self.group is None:
            return True
        if place.instrument is None:
            return False
        listed = book.listed[place.instrument]
        return self.symbol in {None, listed.symbol} and self.group in {None, listed.group}


EVERYTHING = Selection()
