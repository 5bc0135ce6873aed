"""What looks wrong in a ledger: values in, findings out. Nothing is corrected here or anywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .entries import plain
from .sentences import Sentence

FAR = Decimal("0.10")  # beyond a day's range: after-hours trades and rounded fills stay inside, typing errors do not
KINDS = ("price", "estimated")


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str  # one of KINDS
    day: date
    message: Sentence


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
            Sentence(
                "{symbol} was traded on {day} at {price} {currency}, but that day's prices were {low} to {high}. "
                "Check the price, the date and the currency.",
                symbol=fill.symbol,
                day=fill.day,
                price=plain(fill.price),
                currency=fill.currency,
                low=_short(fill.low),
                high=_short(fill.high),
            ),
        )
        for fill in fills
        if fill.low > 0 and not fill.low * (1 - FAR) <= fill.price <= fill.high * (1 + FAR)
    ]


def _short(price: Decimal) -> str:
    return plain(round(price, 4))
