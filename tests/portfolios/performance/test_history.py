import numpy as np
import pytest

from portfolios.performance.history import Flows, Trades, align, history, time_weighted


def trades(*rows: tuple[int, int, float, float]) -> Trades:
    """(holding, day, + bought or − sold, cost) …"""
    holding, day, quantity, cost = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Trades(
        np.array(holding, dtype=np.int64), np.array(day, dtype=np.int64), np.array(quantity, dtype=float),
        np.array(cost, dtype=float),
    )  # fmt: skip


def no_flows(days: int) -> Flows:
    return Flows(*(np.zeros(days) for _ in range(4)))


def test_a_holding_is_worth_its_shares_times_the_close_from_its_first_day_on() -> None:
    closes = np.array([[10.0, 11.0, 12.0, 13.0]])

    found = history(closes, trades((0, 1, 5.0, 56.0), (0, 3, -2.0, 0.0)), no_flows(4))

    assert found.value.tolist() == [0.0, 55.0, 60.0, 39.0]
    assert found.invested == pytest.approx([0.0, 56.0, 56.0, 33.6])
    assert found.quantity.tolist() == [3.0]


def test_the_first_shares_bought_are_the_first_sold() -> None:
    bought = [(0, 0, 10.0, 100.0), (0, 1, 10.0, 200.0)]

    found = history(np.ones((1, 3)), trades(*bought, (0, 2, -15.0, 0.0)), no_flows(3))

    assert found.invested == pytest.approx([100.0, 300.0, 100.0])  # 5 shares of the second purchase are left


def test_selling_everything_and_buying_again_starts_anew() -> None:
    rows = [(0, 0, 10.0, 100.0), (0, 1, -10.0, 0.0), (0, 3, 1.0, 50.0)]

    found = history(np.full((1, 4), 20.0), trades(*rows), no_flows(4))

    assert found.value == pytest.approx([200.0, 0.0, 0.0, 20.0])
    assert found.invested == pytest.approx([100.0, 0.0, 0.0, 50.0])


def test_holdings_do_not_mix_and_one_without_trades_is_nothing() -> None:
    rows = [(0, 0, 1.0, 10.0), (2, 0, 2.0, 40.0), (0, 1, -1.0, 0.0)]

    found = history(np.array([[10.0, 10.0], [99.0, 99.0], [20.0, 30.0]]), trades(*rows), no_flows(2))

    assert found.value.tolist() == [50.0, 60.0]
    assert found.invested.tolist() == [50.0, 40.0]
    assert found.quantity.tolist() == [0.0, 0.0, 2.0]


def test_a_purchase_and_a_sale_of_the_same_day_leave_its_evening() -> None:
    rows = [(0, 0, 10.0, 100.0), (0, 0, -4.0, 0.0), (0, 0, 1.0, 12.0)]

    found = history(np.array([[10.0, 10.0]]), trades(*rows), no_flows(2))

    assert found.invested == pytest.approx([72.0, 72.0])
    assert found.quantity == pytest.approx([7.0])


def test_ten_billion_of_one_holding_leave_digits_for_a_tenth_of_another() -> None:
    rows = [(0, 0, 1e10, 500.0), (1, 0, 0.1, 6000.0), (1, 1, -0.03, 0.0), (1, 2, -0.07, 0.0)]

    found = history(np.array([[5e-8] * 3, [60_000.0] * 3]), trades(*rows), no_flows(3))

    assert found.value == pytest.approx([6500.0, 4700.0, 500.0], rel=1e-12)
    assert found.invested == pytest.approx([6500.0, 4700.0, 500.0], rel=1e-12)
    assert found.quantity.tolist() == [1e10, 0.0]


def test_a_portfolio_of_payments_only_is_worth_its_cash() -> None:
    flows = Flows(np.array([100.0, 0.0]), np.zeros(2), np.zeros(2), np.array([100.0, 101.0]))

    found = history(np.zeros((0, 2)), trades(), flows)

    assert found.value.tolist() == [100.0, 101.0]
    assert found.index.tolist() == [1.0, 1.01]


def test_money_that_arrives_later_does_not_count_as_gain() -> None:
    # Time-Weighted Rate of Return, Investopedia: 1,000,000 grows to 1,162,484; 100,000 arrives; 1,192,328 at the end.
    value = np.array([1_000_000.0, 1_162_484.0, 1_192_328.0])

    index = time_weighted(value, inflow=np.array([1_000_000.0, 0.0, 100_000.0]), outflow=np.zeros(3))

    assert index[-1] - 1 == pytest.approx(0.0979, abs=5e-5)


def test_money_that_leaves_does_not_count_as_loss() -> None:
    # The second investor of the same example takes 100,000 out and ends at 1,003,440, with the same return.
    value = np.array([1_000_000.0, 1_062_484.0, 1_003_440.0])

    index = time_weighted(value, inflow=np.array([1_000_000.0, 0.0, 0.0]), outflow=np.array([0.0, 100_000.0, 0.0]))

    assert index[-1] - 1 == pytest.approx(0.0979, abs=5e-5)


def test_the_first_day_counts_from_the_money_put_in() -> None:
    index = time_weighted(np.array([99.0, 99.0]), inflow=np.array([100.0, 0.0]), outflow=np.zeros(2))

    assert index.tolist() == [0.99, 0.99]


def test_a_day_that_begins_with_nothing_earns_nothing() -> None:
    value, inflow = np.array([110.0, 0.0, 0.0, 55.0]), np.array([100.0, 0.0, 0.0, 50.0])

    index = time_weighted(value, inflow, outflow=np.array([0.0, 110.0, 7.0, 0.0]))

    assert index == pytest.approx([1.1, 1.1, 1.1, 1.21])


def test_below_zero_linking_ends() -> None:
    index = time_weighted(np.array([100.0, -5.0, 50.0]), inflow=np.array([100.0, 0.0, 60.0]), outflow=np.zeros(3))

    assert index[0] == 1.0
    assert np.isnan(index[1:]).all()


def test_prices_are_carried_forward_and_before_the_first_they_are_estimated() -> None:
    prices, estimated = align(np.array([3, 5]), np.array([30.0, 50.0]), np.array([1, 3, 4, 5, 9]))

    assert prices.tolist() == [30.0, 30.0, 30.0, 50.0, 50.0]
    assert estimated.tolist() == [True, False, False, False, False]


def test_without_any_price_everything_is_an_estimate_of_nothing() -> None:
    prices, estimated = align(np.array([]), np.array([]), np.array([1, 2]))

    assert (prices.tolist(), estimated.tolist()) == ([0.0, 0.0], [True, True])
