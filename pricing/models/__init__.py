"""What is stored of instruments and their prices, and of the sources they come from."""

from .instruments import (
    FINDING_LENGTH,
    NAME_LENGTH,
    PRICE_DECIMALS,
    TOPIC_LENGTH,
    Bar,
    Correction,
    Dividend,
    Finding,
    Instrument,
    Quote,
    Source,
    Split,
    TradingSession,
)
from .upstreams import REASON_LENGTH, Breaker, BreakerTransition, Upstream

__all__ = [
    "FINDING_LENGTH",
    "NAME_LENGTH",
    "PRICE_DECIMALS",
    "REASON_LENGTH",
    "TOPIC_LENGTH",
    "Bar",
    "Breaker",
    "BreakerTransition",
    "Correction",
    "Dividend",
    "Finding",
    "Instrument",
    "Quote",
    "Source",
    "Split",
    "TradingSession",
    "Upstream",
]
