import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.backtests.orders import Account, Dealing, Line, after_costs
from charts.backtests.rules import Costs

MONEY = st.floats(1_000, 1e6)
WEIGHTS = st.lists(st.floats(0.05, 1), min_size=1, max_size=6)


def dealing(*prices: float, costs: Costs, lots: list[float] | None = None) -> Dealing:
    return Dealing(0, list(prices), lots, costs)


def account(cash: float, *quantities: float, costs: Costs) -> Account:
    made = Account(costs, cash, len(quantities))
    made.quantities = list(quantities)
    return made


@given(MONEY, WEIGHTS, st.data(), st.floats(0, 0.02), st.floats(0, 3), st.floats(0, 5))
def test_after_costs_every_weight_is_its_target(
    money: float, parts: list[float], data: st.DataObject, rate: float, fixed: float, minimum: float
) -> None:
    weights = [part / sum(parts) for part in parts]
    held = data.draw(st.lists(st.floats(0, 1), min_size=len(parts), max_size=len(parts)))
    values = [money * part / max(1.0, sum(held)) for part in held]
    costs = Costs(rate, fixed, 0.0, minimum)
    lines = [Line(i, value, weight, rate) for i, (value, weight) in enumerate(zip(values, weights, strict=True))]

    left = after_costs(money, lines, costs)

    moved = [abs(weight * left - value) for weight, value in zip(weights, values, strict=True)]
    fees = sum(max(minimum, fixed + rate * size) for size in moved if size > 1e-12 * money)
    assert left + fees == pytest.approx(money, rel=1e-12)


def test_a_purchase_pays_its_own_costs() -> None:
    costs = Costs(rate=0.01, fixed=10)
    bought = account(1_000, 0.0, costs=costs)

    bought.rebalance(dealing(5.0, costs=costs), [1.0], 0.0)

    assert bought.cash == 0.0
    assert bought.quantities[0] * 5 * 1.01 + 10 == pytest.approx(1_000, rel=1e-12)


def test_fees_of_a_rebalancing_are_shared_by_all() -> None:
    costs = Costs(rate=0.01)
    held = account(0.0, 60.0, 40.0, costs=costs)

    held.rebalance(dealing(10.0, 10.0, costs=costs), [0.5, 0.5], 0.0)

    assert held.quantities[0] == pytest.approx(held.quantities[1], rel=1e-12)
    # Sold s, bought b: 60 − s = 40 + b; 10 s − 0.1 s = 10 b + 0.1 b
    assert -held.orders[0][2] == pytest.approx(20 * 10.1 / (9.9 + 10.1))
    assert held.cash == 0.0


def test_orders_with_nothing_to_do_cost_nothing() -> None:
    costs = Costs(fixed=5, minimum=9)
    held = account(0.0, 50.0, 50.0, costs=costs)

    held.rebalance(dealing(10.0, 10.0, costs=costs), [0.5, 0.5], 0.0)

    assert held.orders == []
    assert held.fees == 0.0


def test_an_order_that_costs_what_it_moves_is_left_out() -> None:
    costs = Costs(fixed=5)
    held = account(0.0, 50.4, 49.6, costs=costs)

    held.rebalance(dealing(10.0, 10.0, costs=costs), [0.5, 0.5], 0.0)

    assert held.orders == []
    assert held.too_dear == 0


def test_a_fee_larger_than_everything_buys_nothing() -> None:
    costs = Costs(fixed=50)
    poor = account(40.0, 0.0, costs=costs)

    poor.rebalance(dealing(10.0, costs=costs), [1.0], 0.0)

    assert poor.cash == 40.0
    assert poor.orders == []


def test_a_fee_of_more_than_the_price_of_a_share_is_still_solved() -> None:
    costs = Costs(per_share=1.0)
    held = account(100.0, 100.0, 0.0, costs=costs)

    held.rebalance(dealing(0.1, 10.0, costs=costs), [0.0, 1.0], 0.0)  # selling would cost ten times what it brings

    assert held.quantities[0] == 100.0
    assert held.cash == 0.0
    assert held.quantities[1] * 11 == pytest.approx(100.0)


def test_whole_shares_are_bought_as_far_as_the_money_goes() -> None:
    costs = Costs(fixed=1)
    bought = account(100.0, 0.0, 0.0, costs=costs)

    bought.rebalance(dealing(7.0, 30.0, costs=costs, lots=[1.0, 1.0]), [0.5, 0.5], 0.0)

    assert bought.quantities == [7.0, 1.0]
    assert bought.cash == 100 - 49 - 1 - 30 - 1
    assert bought.reserve == 0.0  # it waits for the next occasion


def test_a_share_before_a_split_is_several_of_today() -> None:
    costs = Costs(per_share=1.0)
    bought = account(100.0, 0.0, costs=costs)

    bought.rebalance(dealing(5.0, costs=costs, lots=[4.0]), [1.0], 0.0)  # 20 each, and one more for the broker

    assert bought.quantities == [16.0]
    assert bought.fees == 4.0


def test_new_money_is_invested_by_weights_and_nothing_is_sold() -> None:
    costs = Costs()
    held = account(0.0, 90.0, 10.0, costs=costs)
    held.reserve = 0.0

    held.receive(100.0, [0.5, 0.3])
    held.invest(dealing(1.0, 1.0, costs=costs), [0.5, 0.3], 0.0)

    assert held.quantities == pytest.approx([140.0, 40.0])
    assert held.cash == pytest.approx(20.0)  # what the weights leave stays cash
    held.invest(dealing(1.0, 1.0, costs=costs), [0.5, 0.3], 0.0)
    assert held.cash == pytest.approx(20.0)


def test_a_withdrawal_is_paid_out_of_cash_and_then_of_all_holdings() -> None:
    costs = Costs(rate=0.01)
    held = account(30.0, 60.0, 20.0, costs=costs)

    assert held.withdraw(dealing(1.0, 1.0, costs=costs), 20.0) == 20.0
    assert held.orders == []
    assert held.withdraw(dealing(1.0, 1.0, costs=costs), 50.0) == 50.0

    assert held.cash == 0.0
    assert held.quantities[0] / held.quantities[1] == pytest.approx(3.0)
    assert sum(-order[2] for order in held.orders) * 0.99 == pytest.approx(40.0)


def test_more_than_there_is_cannot_be_withdrawn() -> None:
    costs = Costs(fixed=1)
    held = account(5.0, 10.0, 0.5, costs=costs)

    assert held.withdraw(dealing(1.0, 1.0, costs=costs), 50.0) == 14.0  # half a share would not pay for its sale
    assert held.quantities == [0.0, 0.5]
    assert held.cash == 0.0


def test_a_withdrawal_sells_whole_shares_enough() -> None:
    costs = Costs()
    held = account(0.0, 10.0, costs=costs)

    assert held.withdraw(dealing(30.0, costs=costs, lots=[1.0]), 100.0) == 100.0
    assert held.quantities == [6.0]
    assert held.cash == 20.0
