"""Thirteen real years: what 100 Apple shares of March 2000 became, through both splits and with every dividend."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio, Snapshot
from portfolios.reports import book_of, report_of
from portfolios.services.dividends import book_dividends
from pricing.models import Instrument
from tests.portfolios.given import rebuilt, typed
from tests.real_history import FIRST_DAY, LAST_DAY, real_history

pytestmark = pytest.mark.django_db
EVE, END = date(2000, 2, 29), LAST_DAY


def buy(portfolio: Portfolio, instrument: Instrument, quantity: int) -> Decimal:
    """At the close of the first day, as traded then. What it cost."""
    price = Decimal(str(real_history(instrument.symbol).rows[0][1]))
    typed(portfolio, Kind.BUY, FIRST_DAY.isoformat(), instrument, str(quantity), price=str(price))
    return quantity * price


def test_apple_through_both_splits(portfolio: Portfolio, real_instruments: dict[str, Instrument]) -> None:
    cost = buy(portfolio, real_instruments["AAPL"], 100)

    report = report_of(book_of(portfolio), EVE, END)
    early = report_of(book_of(portfolio), EVE, date(2000, 6, 20))

    [held], [before] = report.holdings, early.holdings
    rows = dict(real_history("AAPL").rows)
    assert (held.quantity, held.cost_basis_fifo, before.quantity) == (400, cost, 100)
    assert float(held.value) == pytest.approx(400 * rows[END])
    assert float(before.value) == pytest.approx(100 * rows[date(2000, 6, 20)])
    assert float(before.price or 0) == pytest.approx(rows[date(2000, 6, 20)])  # as traded then
    assert report.returns.twr == pytest.approx(400 * rows[END] / float(cost) - 1)


@pytest.mark.parametrize(("symbol", "quantity", "now"), [("AAPL", 100, 400), ("MSFT", 100, 200), ("IBM", 100, 100)])
def test_its_dividends_are_proposed_and_booked_they_make_the_total_return(
    portfolio: Portfolio, real_instruments: dict[str, Instrument], user: User, symbol: str, quantity: int, now: int
) -> None:
    buy(portfolio, real_instruments[symbol], quantity)
    rebuilt(portfolio)
    proposed = list(portfolio.proposed_dividends.order_by("ex_date"))
    paid = [(day, amount) for day, amount in real_history(symbol).dividends if day > FIRST_DAY]

    book_dividends(portfolio, [row.pk for row in proposed], user.pk)
    portfolio.refresh_from_db()
    rebuilt(portfolio)

    figures: dict[str, Any] = Snapshot.objects.get().figures
    report = report_of(book_of(portfolio), EVE, END)
    adjusted = real_history(symbol).adjusted
    assert [(row.ex_date, float(row.per_share)) for row in proposed] == [
        (day, pytest.approx(amount, abs=1e-4)) for day, amount in paid
    ]
    assert [row.quantity for row in proposed[-1:]] == [now]
    assert not portfolio.proposed_dividends.exists()
    # The sample reinvests at the close of the ex-date, we link what is paid out at that close: the same but for the
    # first day, and the cents of each payment.
    assert report.returns.twr == pytest.approx(adjusted[-1] / adjusted[0] - 1, rel=2e-3)
    assert figures["value"] == pytest.approx(float(report.statement.value_end))
    assert report.statement.income == sum(row.amount for row in proposed)


def test_no_trade_of_thirteen_years_looks_wrong(portfolio: Portfolio, real_instruments: dict[str, Instrument]) -> None:
    for instrument in real_instruments.values():
        buy(portfolio, instrument, 10)
    rebuilt(portfolio)

    snapshot = Snapshot.objects.get()
    assert (snapshot.findings, snapshot.problem) == ([], "")

    typed(portfolio, Kind.BUY, "2000-06-20", real_instruments["AAPL"], "1", price="25.3")  # in today's shares
    rebuilt(portfolio)

    [finding] = Snapshot.objects.get().findings
    assert (finding["kind"], finding["day"]) == ("price", "2000-06-20")
    assert "AAPL was traded on 2000-06-20 at 25.3 USD, but that day's prices were 101.25 to 101" in finding["message"]
