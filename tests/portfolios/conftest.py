"""A portfolio whose pages have something to show."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from tests.portfolios.given import bars, listed, quote, rebuilt, sessions, typed


@pytest.fixture
def invested(portfolio: Portfolio) -> Portfolio:
    """10 AAPL and 100 VOD.L with figures, quoted this minute."""
    sessions()
    apple, vodafone, pound = listed("AAPL"), listed("VOD.L", "GBp", "XLON"), listed("GBPUSD=X", "USD", "24/5")
    for instrument, price in ((apple, "190"), (vodafone, "71.2"), (pound, "1.25")):
        bars(instrument, {"2024-06-03": float(price), "2024-06-04": float(price)})
        quote(instrument, price, price, timezone.now())
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "10", price="150")
    typed(portfolio, Kind.BUY, "2024-06-03", vodafone, "100", price="60")
    rebuilt(portfolio)
    return portfolio


@pytest.fixture
def two_shares(portfolio: Portfolio) -> Portfolio:
    """10 AAPL at 190 and 100 VOD.L at 71.20 pence, the pound at 1.25; everything quoted a moment ago."""
    sessions()
    sessions("XLON")
    sessions("24/5")
    apple, vodafone, pound = listed("AAPL"), listed("VOD.L", "GBp", "XLON"), listed("GBPUSD=X", "USD", "24/5")
    for instrument, price, previous in ((apple, "190", "200"), (vodafone, "71.2", "70"), (pound, "1.25", "1.25")):
        bars(instrument, {"2024-06-03": float(previous), "2024-06-04": float(previous)})
        quote(instrument, price, previous)
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "10", price="150")
    typed(portfolio, Kind.BUY, "2024-06-03", vodafone, "100", price="60")
    rebuilt(portfolio)
    return portfolio
