"""What looks wrong in a ledger: values in, findings out. Nothing is corrected here or anywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .entries import plain

FAR = Decimal("0.10")  # beyond a day's range: after-hours trades and rounded fills stay inside, typing errors do not


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str  # "price", "estimated", "disagreement"
    day: date
    message: str


@dataclass(frozen=True, slots=True)
class Fill:
    """A trade's price and the range of its day, all per share of that day and in one currency."""

    label: str
    day: date
    symbol: str
    price: Decimal
    low: Decimal
    high: Decimal
    currency: str


def odd_prices(fills: Iterable[Fill]) -> list[Finding]:
    """Trades at a price the market did not see that day: pence for pounds, a slipped digit, another currency."""
    return [
        Finding(
            "price",
            fill.day,
            f"{fill.symbol} was traded on {fill.day:%Y-%m-%d} at {fill.price.normalize():f} {fill.currency}, but that "
            f"day's prices were {_short(fill.low)} to {_short(fill.high)}. Check the price, the date and the currency.",
        )
        for fill in fills
        if fill.low > 0 and not fill.low * (1 - FAR) <= fill.price <= fill.high * (1 + FAR)
    ]


def _short(price: Decimal) -> str:
    return plain(round(price, 4))
