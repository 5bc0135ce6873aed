"""What is held, at the latest prices: holdings joined with quotes, in Decimal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pricing.market.currencies import major, unit
from pricing.market.freshness import Freshness, Hours, freshness, worst
from pricing.models import Instrument, Quote
from pricing.selectors import NO_HOURS

from .models import Holding

ZERO = Decimal(0)
TINTS = 7  # colours of the letter tiles


@dataclass(frozen=True, slots=True)
class Valued:
    """One holding now; money in base currency, `price` as quoted."""

    holding: Holding
    price: Decimal | None
    value: Decimal
    day_change: Decimal  # since the previous close, exchange rate included
    at: datetime | None  # when the price was made
    fetched_at: datetime | None  # when it was asked for, the older of price and rate
    freshness: Freshness

    @property
    def instrument(self) -> Instrument:
        return self.holding.instrument

    @property
    def gain(self) -> Decimal:
        return self.value - self.holding.cost

    @property
    def gain_rate(self) -> Decimal | None:
        """On what was paid, or on what a short sale brought."""
        return self.gain / abs(self.holding.cost) if self.holding.cost else None

    @property
    def price_change(self) -> Decimal | None:
        """Of the price alone since the previous close."""
        quote = quote_of(self.instrument)
        return quote.price / quote.previous_close - 1 if quote and quote.previous_close else None

    @property
    def rising(self) -> bool:
        """Whether the sparkline ends above where it began (y grows downwards)."""
        points = self.holding.spark.split()
        return bool(points) and float(points[-1].partition(",")[2]) <= float(points[0].partition(",")[2])

    @property
    def tint(self) -> int:
        return self.instrument.pk % TINTS + 1


def quote_of(instrument: Instrument | None) -> Quote | None:
    """The quote that came with the row (select_related); None without one."""
    return getattr(instrument, "quote", None)


def value_holding(holding: Holding, around: Mapping[str, Hours], now: datetime, *, refused: bool) -> Valued:
    """At its quote; without one (or without its rate's) at the last bar or trade, and then it is not fresh.

    `around`: the sessions around now of every calendar.
    """
    quote, rate = quote_of(holding.instrument), quote_of(holding.rate)
    foreign = major(holding.instrument.currency) != holding.portfolio.base_currency
    if quote is None or (foreign and rate is None):
        return Valued(holding, None, holding.quantity * holding.last_price, ZERO, None, None, Freshness.MISSING)
    worth = holding.quantity * unit(holding.instrument.currency)
    factor, factor_before = (rate.price, rate.previous_close or rate.price) if rate else (Decimal(1), Decimal(1))
    value = worth * quote.price * factor
    before = worth * (quote.previous_close or quote.price) * factor_before
    asked = _asked(holding)
    return Valued(
        holding=holding,
        price=quote.price,
        value=value,
        day_change=value - before,
        at=quote.at,
        fetched_at=min(row.fetched_at for row, _ in asked),
        freshness=worst(
            [
                freshness(
                    row.fetched_at,
                    around.get(instrument.calendar, NO_HOURS),
                    now,
                    refused=refused,
                    market_state=row.market_state,
                )
                for row, instrument in asked
            ]
        ),
    )


def _asked(holding: Holding) -> list[tuple[Quote, Instrument]]:
    """The quotes its value is made of: its own, and its rate's."""
    return [(quote, row) for row in (holding.instrument, holding.rate) if row and (quote := quote_of(row))]
