from datetime import date
from decimal import Decimal

import numpy as np

from portfolios.accounting.entries import Kind, SplitFact
from portfolios.performance.arrays import (
    Priced,
    axis_days,
    close_matrix,
    dates,
    day_number,
    flow_arrays,
    rates_by_day,
    todays_shares,
    trade_arrays,
)
from tests.portfolios.naive import Closes, day, entry

DAY = day_number(day(0))


def closes(*pairs: tuple[int, float]) -> Closes:
    """(day of the tests' calendar, price) …"""
    return Closes(np.array([DAY + n for n, _ in pairs], dtype=np.int32), np.array([price for _, price in pairs]))


def test_the_axis_has_every_session_since_the_first_entry_and_every_day_of_an_entry() -> None:
    sessions = [closes((-3, 1.0), (0, 1.0), (2, 1.0)), closes((2, 1.0), (4, 1.0))]
    entries = [entry(1, Kind.DEPOSIT), entry(3, Kind.DEPOSIT)]

    axis = axis_days(sessions, entries)

    assert dates(axis) == [day(1), day(2), day(3), day(4)]


def test_days_are_counted_from_1970() -> None:
    assert day_number(date(1970, 1, 2)) == 1
    assert day_number(date(1969, 12, 31)) == -1
    assert dates(np.array([-1, 0])) == [date(1969, 12, 31), date(1970, 1, 1)]


def test_a_holiday_uses_the_last_price_and_a_rate_likewise() -> None:
    axis = np.array([DAY, DAY + 1, DAY + 2])
    rates = rates_by_day({"GBP": closes((0, 1.2), (2, 1.5))}, "USD", axis)
    pence = Priced(closes((0, 100.0), (1, 200.0)), 0.01, "GBP")

    matrix = close_matrix([pence], rates, axis)

    assert matrix.tolist() == [[1.0 * 1.2, 2.0 * 1.2, 2.0 * 1.5]]
    assert rates["USD"].tolist() == [1.0, 1.0, 1.0]


def test_a_portfolio_of_payments_only_has_a_matrix_of_no_rows() -> None:
    assert close_matrix([], {}, np.array([DAY])).shape == (0, 1)


def test_shares_are_todays_after_every_split_that_came_later() -> None:
    splits = [SplitFact(day(1), Decimal(2), Decimal(1)), SplitFact(day(5), Decimal(1), Decimal(4))]
    on_ex_date, before = (entry(n, Kind.BUY, quantity=Decimal(10)) for n in (1, 0))

    assert todays_shares(on_ex_date, splits, day(9)) == 2.5
    assert todays_shares(before, splits, day(9)) == 5.0
    assert todays_shares(before, splits, day(4)) == 20.0  # the second split is yet to come


def test_only_trades_move_shares() -> None:
    entries = [
        entry(0, Kind.BUY, instrument=7, quantity=Decimal(10), gross=Decimal(100), fee=Decimal(1), rate=Decimal(2)),
        entry(1, Kind.DIVIDEND, instrument=7, quantity=Decimal(10), gross=Decimal(5)),
        entry(2, Kind.SELL, instrument=7, quantity=Decimal(4), gross=Decimal(60)),
    ]

    trades = trade_arrays(entries, {7: 0}, {}, np.array([DAY, DAY + 1, DAY + 2]), day(9))

    assert (trades.holding.tolist(), trades.day.tolist()) == ([0, 0], [0, 2])
    assert (trades.quantity.tolist(), trades.cost.tolist()) == ([10.0, -4.0], [202.0, 0.0])


def test_flows_of_a_day_are_summed_by_direction() -> None:
    axis = np.array([DAY, DAY + 1])
    entries = [
        entry(0, Kind.DEPOSIT, gross=Decimal(100)),
        entry(0, Kind.WITHDRAWAL, gross=Decimal(30)),
        entry(1, Kind.INTEREST, gross=Decimal(5), tax=Decimal(1)),
    ]

    flows = flow_arrays(entries, {"USD": np.ones(2)}, "USD", axis, tracks_cash=True)

    assert (flows.inflow.tolist(), flows.outflow.tolist()) == ([100.0, 0.0], [30.0, 0.0])
    assert (flows.income.tolist(), flows.cash.tolist()) == ([0.0, 4.0], [70.0, 74.0])


def test_foreign_cash_is_worth_what_its_rate_says_each_evening() -> None:
    axis = np.array([DAY, DAY + 1])
    deposit = entry(0, Kind.DEPOSIT, gross=Decimal(100), currency="EUR", rate=Decimal("1.1"))
    rates = rates_by_day({"EUR": closes((0, 1.1), (1, 1.3))}, "USD", axis)

    flows = flow_arrays([deposit], rates, "USD", axis, tracks_cash=True)

    assert np.round(flows.cash, 9).tolist() == [110.0, 130.0]
    assert np.round(flows.inflow, 9).tolist() == [110.0, 0.0]
