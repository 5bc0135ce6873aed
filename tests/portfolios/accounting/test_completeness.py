"""What a transaction of each kind needs, and how large it may be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portfolios.accounting.completeness import limit_of, missing_part, too_large
from portfolios.accounting.entries import Kind


@pytest.mark.parametrize(
    ("kind", "symbol", "quantity", "price", "amount", "missing"),
    [
        (Kind.BUY, "", 1, 1, None, "a buy needs a symbol."),
        (Kind.SELL, "AAPL", None, 1, None, "a sell needs a quantity above zero."),
        (Kind.BUY, "AAPL", 1, None, None, "a buy needs a price, or an amount (quantity × price)."),
        (Kind.BUY, "AAPL", 1, 0, None, None),  # a free share
        (Kind.BUY, "AAPL", 1, None, 5, None),
        (Kind.SPLIT, "AAPL", None, None, None, "a split needs a quantity above zero."),
        (Kind.DIVIDEND, "AAPL", None, None, 0, "a dividend needs an amount."),
        (Kind.TRANSFER_IN, "AAPL", 1, None, None, None),  # worth what the market says
        (Kind.RETURN_OF_CAPITAL, "AAPL", None, None, None, "a return_of_capital needs an amount above zero."),
        (Kind.DEPOSIT, "", None, None, None, "a deposit needs an amount above zero."),
        (Kind.FEE, "", None, None, 1, None),
        (Kind.FEE, "", None, None, -1, None),  # a refund
        (Kind.INTEREST, "", None, None, -1, None),  # charged
        (Kind.DIVIDEND, "AAPL", None, None, -1, None),  # taken back
        (Kind.TAX, "", None, None, None, "a tax needs an amount."),
        (
            Kind.DEPOSIT,
            "",
            None,
            None,
            -1,
            "the amount of a deposit must not be below zero; the kind says which way it goes.",
        ),
        (Kind.BUY, "AAPL", 1, None, -1, "the amount of a buy must not be below zero; the kind says which way it goes."),
        (Kind.TRANSFER_OUT, "AAPL", None, None, 5, "a transfer_out needs a quantity above zero."),
        (Kind.TRANSFER_IN, "", None, None, None, "a transfer_in needs an amount above zero."),
        (Kind.TRANSFER_OUT, "", None, None, 5, None),
        (Kind.RETURN_OF_CAPITAL, "", None, None, 5, "a return_of_capital needs a symbol."),
        (Kind.RETURN_OF_CAPITAL, "AAPL", None, None, 5, None),
    ],
)
def test_what_a_kind_still_needs_is_one_sentence(
    kind: Kind, symbol: str, quantity: int | None, price: int | None, amount: int | None, missing: str | None
) -> None:
    numbers = [None if n is None else Decimal(n) for n in (quantity, price, amount)]

    assert missing_part(kind, symbol, *numbers) == missing


def test_what_cannot_be_stored_is_too_large() -> None:
    million = Decimal(10**6)

    assert too_large(million, million / 100, None, None) is None
    assert "below 100,000,000,000" in str(too_large(million, million, None, None))
    assert "below 100,000,000,000" in str(too_large(None, None, million, million))


def test_a_rate_has_a_limit_of_its_own() -> None:
    assert limit_of("fx_rate") < limit_of("amount")
