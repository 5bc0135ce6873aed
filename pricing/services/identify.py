"""Ask the price source about symbols before anybody relies on them; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pricing import gateway
from pricing.upstream.client import NoData, SymbolNotFound

LONG_AGO = date(1970, 1, 1)


class PriceSource:
    """Each call raises gateway.RefusedError or an UpstreamError when it gets no answer."""

    def unknown(self, symbols: Iterable[str]) -> set[str]:
        """Those it has no quote for; 50 a request."""
        return {symbol for answer in gateway.quotes(sorted(set(symbols))) for symbol in answer.missing}

    def splits(self, symbol: str) -> list[tuple[date, float, float]]:
        """(ex-date, new shares, for old shares); one request."""
        try:
            facts = gateway.history(symbol, LONG_AGO).splits
        except (SymbolNotFound, NoData):
            return []
        return [(day, new, old) for day, (new, old) in sorted(facts.items())]
