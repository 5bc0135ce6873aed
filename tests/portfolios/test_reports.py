from datetime import date

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.performance.selection import Selection
from portfolios.reports import ReportError, book_of, find_portfolio, period_of, report_of
from tests.portfolios.given import bars, listed, typed

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 10)


@pytest.fixture
def two_accounts(portfolio: Portfolio) -> Portfolio:
    share = listed("AAPL")
    bars(share, {"2024-06-03": 100.0, "2024-06-04": 110.0, "2024-06-05": 121.0})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "10", price="100", account="Bank")
    typed(portfolio, Kind.BUY, "2024-06-04", share, "1", price="110", account="Broker")
    return portfolio


def test_a_portfolio_is_found_by_its_number_and_by_its_name(portfolio: Portfolio) -> None:
    assert find_portfolio(str(portfolio.pk)) == find_portfolio(portfolio.name) == portfolio


def test_one_that_is_not_there_names_those_that_are(portfolio: Portfolio) -> None:
    with pytest.raises(ReportError, match=rf"There is no portfolio «Nobody».*{portfolio.pk} \({portfolio.name}\)"):
        find_portfolio("Nobody")


def test_two_of_one_name_must_be_told_apart_by_their_numbers(portfolio: Portfolio) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name=portfolio.name)

    with pytest.raises(ReportError, match=rf"say which number: .*{portfolio.pk} .*{other.pk} "):
        find_portfolio(portfolio.name)


def test_the_period_is_everything_unless_one_is_asked_for(two_accounts: Portfolio) -> None:
    book = book_of(two_accounts)

    assert period_of(book, None, None, TODAY) == (date(2024, 6, 2), date(2024, 6, 5))
    assert period_of(book, date(2024, 6, 3), date(2024, 6, 4), TODAY) == (date(2024, 6, 3), date(2024, 6, 4))
    with pytest.raises(ReportError, match="ends on 2024-06-01, before it starts on 2024-06-02"):
        period_of(book, None, date(2024, 6, 1), TODAY)


def test_an_account_is_reported_by_itself(two_accounts: Portfolio) -> None:
    book = book_of(two_accounts)

    whole, bank = (report_of(book, date(2024, 6, 2), date(2024, 6, 5), Selection(name)) for name in (None, "Bank"))

    assert (whole.statement.value_end, bank.statement.value_end) == (1331, 1210)
    assert bank.returns.twr == pytest.approx(0.21)
    with pytest.raises(ReportError, match=r"There is no account «Safe». There are: «Bank», «Broker»\."):
        report_of(book, date(2024, 6, 2), date(2024, 6, 5), Selection("Safe"))


def test_no_transactions_and_a_rate_nobody_has_fetched_are_said(portfolio: Portfolio) -> None:
    with pytest.raises(ReportError, match="has no transactions"):
        book_of(portfolio)

    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="1", currency="EUR")
    with pytest.raises(ReportError, match="EURUSD=X have not been fetched yet"):
        book_of(portfolio)


def test_an_impossible_ledger_names_the_transaction(two_accounts: Portfolio) -> None:
    share = two_accounts.transactions.all()[0].instrument
    sale = typed(two_accounts, Kind.SELL, "2024-06-05", share, "5", price="121", account="Broker")

    with pytest.raises(ReportError, match=rf"Transaction {sale.pk} sells 5 AAPL.*only 1 is held.*10 in other accounts"):
        report_of(book_of(two_accounts), date(2024, 6, 2), date(2024, 6, 5))
