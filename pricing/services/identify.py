"""Ask the price source about symbols before anybody relies on them; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pricing import gateway
from pricing.models import Instrument, Split
from pricing.upstream.client import NoData, SymbolNotFound

LONG_AGO = date(1970, 1, 1)


class PriceSource:
    """Each call raises gateway.RefusedError or an UpstreamError when it gets no answer."""

    def unknown(self, symbols: Iterable[str]) -> set[str]:
        """Those it has no quote for; 50 a request. What is priced from files is known, and not asked for."""
        asked = set(symbols)
        manual = Instrument.objects.filter(symbol__in=asked, status=Instrument.Status.MANUAL)
        asked -= set(manual.values_list("symbol", flat=True))
        return {symbol for answer in gateway.quotes(sorted(asked)) for symbol in answer.missing}

    def splits(self, symbol: str) -> list[tuple[date, float, float]]:
        """(ex-date, new shares, for old shares); one request, none for what is priced from files."""
        if Instrument.objects.filter(symbol=symbol, status=Instrument.Status.MANUAL).exists():
            own = Split.objects.filter(instrument__symbol=symbol).order_by("ex_date")
            return [(row.ex_date, float(row.numerator), float(row.denominator)) for row in own]
        try:
            facts = gateway.history(symbol, LONG_AGO).splits
        except (SymbolNotFound, NoData):
            return []
        return [(day, new, old) for day, (new, old) in sorted(facts.items())]
