from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind, LedgerError, SplitFact, as_quoted, latest_date
from tests.portfolios.naive import entry


def test_costs_come_on_top_of_a_purchase_and_off_a_sale() -> None:
    trade = entry(0, Kind.BUY, gross=Decimal(1000), fee=Decimal("9.95"), tax=Decimal("0.05"))

    assert trade.cost == Decimal("1010.00")
    assert trade.proceeds == Decimal("990.00")


def test_a_split_multiplies_shares_exactly() -> None:
    three_for_two = SplitFact(date(2024, 6, 3), Decimal(3), Decimal(2))

    assert three_for_two.apply(Decimal("10.5")) == Decimal("15.75")


def test_nobody_s_today_is_in_the_future() -> None:
    ten_in_the_morning_in_london = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)

    assert latest_date(ten_in_the_morning_in_london) == date(2024, 5, 2)  # on the Line Islands it is past midnight
    assert latest_date(ten_in_the_morning_in_london.replace(hour=9)) == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("typed", "quoted"), [("eur", "EUR"), ("USD", "USD"), ("GBp", "GBp"), ("gbp", "GBP"), ("ZAc", "ZAc"), ("", "")]
)
def test_a_currency_is_written_as_exchanges_write_it(typed: str, quoted: str) -> None:
    assert as_quoted(typed) == quoted


def test_an_oversale_names_the_security_the_day_and_what_is_held() -> None:
    sale = entry(0, Kind.SELL, quantity=Decimal("10.50"), symbol="AAPL", label="row 7", instrument=3)

    error = LedgerError(sale, Decimal("4.00"))

    assert str(error).startswith("sells 10.5 AAPL on 2024-01-01, but only 4 are held then. ")
    assert (error.label, error.instrument, error.held) == ("row 7", 3, 4)
