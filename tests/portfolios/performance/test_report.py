from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind, SplitFact
from portfolios.performance.book import Book, Listed
from portfolios.performance.report import Reporting, report
from portfolios.performance.selection import Selection
from tests.portfolios.accounting.books import AAPL, CASH, SHORT, VOD, book, bought, closes, moved, paid, shares, sold
from tests.portfolios.accounting.lives import BASE, day


def two_accounts() -> Book:
    entries = [
        bought(0, "10", "100", account="A", fee=Decimal(1)),
        *moved(1, "4", "A", "B"),
        sold(2, "2", "30", account="B"),
    ]
    return book(entries, {0: 10.0, 1: 12.0, 2: 15.0})


def test_a_holding_of_each_account_has_its_own_figures() -> None:
    found = report(two_accounts(), day(-1), day(2))

    by_account = {holding.account: holding for holding in found.holdings}
    assert {name: own.quantity for name, own in by_account.items()} == {"A": 6, "B": 2}
    assert (by_account["B"].cost_basis_fifo, by_account["B"].cost_basis_fifo_without_fees) == (Decimal("20.2"), 20)
    assert by_account["B"].realised_gain_fifo == Decimal("9.8")
    assert by_account["B"].unrealised_gain_fifo == Decimal("9.8")
    assert (by_account["A"].weight, by_account["A"].fees) == (0.75, 1)


def test_the_report_of_one_account_sees_transfers_as_flows_at_market_value() -> None:
    found = report(two_accounts(), day(-1), day(2), Selection(account="B"))

    lines = found.statement
    assert (lines.inflows, lines.outflows, lines.realised_gain, lines.unrealised_gain) == (48, 30, 6, 6)
    assert [holding.account for holding in found.holdings] == ["B"]
    assert found.holdings[0].cost_basis_fifo_without_fees == 20  # the cost stays what it was
    assert [one.trade.gain for one in found.trades] == [Decimal("9.8")]


def test_an_account_nobody_has_is_empty() -> None:
    found = report(two_accounts(), day(-1), day(2), Selection(account="C"))

    assert (found.holdings, found.statement.value_end, found.returns.twr) == ([], 0, None)


def test_only_lots_closed_in_the_period_are_its_trades() -> None:
    marks = book([bought(0, "10", "100"), sold(1, "1", "11"), sold(2, "1", "12"), sold(3, "1", "13")])

    found = report(marks, day(1), day(2))

    assert [one.trade.closed for one in found.trades] == [day(2)]
    assert found.holdings[0].realised_gain_fifo == 2


def test_a_price_is_as_quoted_for_one_share_of_the_last_day() -> None:
    splits = {AAPL: [SplitFact(day(5), Decimal(2), Decimal(1))]}
    listed = {AAPL: Listed("VOD.L", closes({0: 500.0, 5: 600.0}), 0.01, "GBP")}
    marks = book([bought(0, "10", "80")], splits=splits, listed=listed, rates={"GBP": closes({0: 1.25})})

    [before], [after] = (report(marks, day(-1), day(number)).holdings for number in (4, 5))

    assert (before.quantity, before.price, before.price_date, before.value) == (10, 1000, day(0), Decimal(125))
    assert (after.quantity, after.price, after.value) == (20, 600, Decimal(150))


def test_prices_made_later_or_by_trades_are_estimates() -> None:
    late = report(book([bought(0, "1", "9")], {3: 10.0}), day(-1), day(1)).holdings[0]
    house = Listed("HOUSE", closes({0: 9.0}), 1.0, BASE, priced=False)
    paid_for = report(book([bought(0, "1", "9")], listed={AAPL: house}), day(-1), day(1)).holdings[0]

    assert (late.estimated, late.price, late.price_date) == (True, 10, day(3))
    assert (paid_for.estimated, paid_for.value) == (True, 9)


def test_cash_is_given_in_its_own_currency_and_contributes_its_part() -> None:
    entries = [paid(Kind.DEPOSIT, 0, "100", currency="EUR", rate=Decimal("1.1")), paid(Kind.DEPOSIT, 0, "5")]

    found = report(book(entries, rules=CASH, euros={0: 1.1, 1: 1.2}), day(0), day(1))

    assert found.cash == {"EUR": 100, BASE: 5}
    assert found.contribution_of_cash == pytest.approx(10 / 115)
    assert found.returns.twr == pytest.approx(10 / 115)


def test_a_benchmark_is_compared_over_the_same_days_in_base_currency() -> None:
    fund = Listed("FUND", closes({0: 100.0, 1: 110.0, 2: 99.0}), 1.0, BASE)
    foreign = Listed("EU", closes({0: 100.0}), 1.0, "EUR")
    marks = book(
        [bought(0, "10", "100")], {0: 10.0, 1: 11.0, 2: 9.9}, euros={0: 1.0, 2: 1.5},
        benchmarks={"FUND": fund, "EU": foreign},
    )  # fmt: skip

    found = report(marks, day(0), day(2)).against

    assert (found["FUND"].twr, found["EU"].twr) == (pytest.approx(-0.01), pytest.approx(0.5))
    assert found["FUND"].comparison.beta == pytest.approx(1.0)


def test_a_benchmark_without_prices_is_compared_with_nothing() -> None:
    marks = book([bought(0, "1", "10")], benchmarks={"FUND": Listed("FUND", closes({}), 1.0, BASE)})

    assert report(marks, day(0), day(2)).against["FUND"].twr is None


def test_short_shares_are_owed() -> None:
    found = report(book([sold(0, "10", "100")], {0: 10.0, 1: 12.0}, SHORT), day(-1), day(1))

    [holding] = found.holdings
    assert (holding.value, holding.cost_basis_fifo, holding.unrealised_gain_fifo) == (-120, -100, -20)
    assert (holding.weight, found.returns.twr, found.statement.total_gain) == (None, None, -20)


def test_an_empty_portfolio_has_an_empty_report() -> None:
    found = report(book(), day(0), day(5))

    assert (found.holdings, found.trades, found.cash, found.statement.value_end) == ([], [], {}, 0)
    assert (found.returns.twr, found.returns.xirr, found.contribution_of_cash) == (None, None, None)


def test_a_split_typed_without_its_account_is_no_holding() -> None:
    entries = [bought(0, "10", "100", account="A"), shares(Kind.SPLIT, 1, "2")]

    found = report(book(entries), day(-1), day(2))

    assert [(holding.account, holding.quantity) for holding in found.holdings] == [("A", 20)]


def test_the_days_of_a_report_are_the_sessions_between_its_ends_and_both_of_them() -> None:
    making = Reporting(book([bought(0, "1", "10")], {0: 10.0, 3: 11.0, 9: 12.0}), day(1), day(5))

    assert making.whole.days == [day(1), day(3), day(5)]
    assert making.days[0] == date(2024, 1, 1)


def test_foreign_shares_gain_by_price_and_by_currency() -> None:
    entries = [shares(Kind.BUY, 0, "10", "200", VOD, currency="EUR", rate=Decimal("1.1"))]

    found = report(book(entries, euros={0: 1.1, 1: 1.3}), day(-1), day(1))

    assert (found.statement.unrealised_gain, found.statement.securities_gain_by_currency) == (40, 40)


def test_the_same_money_in_a_fund_and_nothing_in_one_without_prices() -> None:
    funds = {
        "FUND": Listed("FUND", closes({0: 100.0, 5: 130.0}), 1.0, BASE),
        "NONE": Listed("NONE", closes({}), 1.0, BASE),
    }
    marks = book([bought(0, "10", "100")], {0: 10.0, 5: 15.6}, benchmarks=funds)

    whole, since = (report(marks, day(start), day(5)).against for start in (-1, 0))

    for found in (whole["FUND"].same_money, since["FUND"].same_money):  # paid in, or there at the start
        assert found is not None
        assert (found.value, found.ran_out) == (pytest.approx(130.0), None)
        assert found.kaplan_schoar == pytest.approx(156 / 130)
    assert whole["NONE"].same_money is None


def test_a_fund_younger_than_the_period_is_no_benchmark_of_it() -> None:
    funds = {
        "OLD": Listed("OLD", closes({7: 100.0, 20: 110.0}), 1.0, BASE),  # a first price within a week
        "YOUNG": Listed("YOUNG", closes({8: 100.0, 20: 110.0}), 1.0, BASE),
    }
    marks = book([bought(1, "10", "100")], {0: 10.0, 20: 12.0}, benchmarks=funds)

    found = report(marks, day(0), day(20)).against

    assert (found["OLD"].twr, found["YOUNG"].twr) == (pytest.approx(0.1), None)
    assert found["YOUNG"].same_money is None


def test_a_cost_while_nothing_is_held_is_no_total_loss() -> None:
    entries = [paid(Kind.FEE, 1, "5"), bought(3, "10", "100"), sold(4, "10", "110"), paid(Kind.FEE, 5, "5")]

    found = report(book(entries, {0: 10.0, 4: 11.0}), day(0), day(6))

    assert found.returns.twr == pytest.approx(0.1)
    assert found.statement.total_gain == 0


def test_a_rate_that_moves_between_two_prices_counts_before_the_next_flow() -> None:
    entries = [shares(Kind.BUY, number, "10", "200", VOD, currency="EUR", rate=Decimal(1)) for number in (1, 10)]

    found = report(book(entries, euros={0: 1.0, 5: 2.0}), day(0), day(12))

    assert found.returns.twr == pytest.approx((1 + 1) * 800 / (400 + 200) - 1)
