from collections.abc import Sequence

import numpy as np
import pytest

from portfolios.accounting.entries import Place
from portfolios.accounting.replay import everywhere
from portfolios.performance.history import STATES, History, Steps, align, time_weighted
from tests.portfolios.accounting.lives import BASE, day

A, B, MONEY = Place("", 1), Place("", 2), Place("", None, BASE)
Step = tuple[int, int, float, float]  # row, day, quantity afterwards, flow


def lived(places: Sequence[Place], worth: Sequence[Sequence[float]], steps: Sequence[Step]) -> History:
    """Each step an event of its own; cost, basis and local are what flowed in so far."""
    days = len(worth[0]) if worth else 2
    state, moved = np.zeros((len(steps), STATES)), np.zeros((len(steps), 4))
    flowed: dict[int, float] = {}
    for at, (row, _, quantity, flow) in enumerate(steps):
        flowed[row] = flowed.get(row, 0.0) + flow
        state[at, :4] = quantity, flowed[row], flowed[row], flowed[row]
        moved[at, 0] = flow
    return History(
        places=places,
        axis=np.arange(days),
        is_session=np.ones(days, dtype=bool),
        worth=np.array(worth, dtype=float).reshape(len(places), days),
        rates={BASE: np.ones(days)},
        currencies=[BASE] * len(places),
        steps=Steps(
            np.array([row for row, *_ in steps], dtype=np.int64),
            np.array([number for _, number, *_ in steps], dtype=np.int64),
            np.arange(len(steps)),
            moved,
            state,
        ),
    )


def test_a_holding_is_worth_its_shares_times_the_close_from_its_first_day_on() -> None:
    history = lived([A], [[10.0, 11.0, 12.0, 13.0]], [(0, 1, 5.0, 56.0), (0, 3, 3.0, -26.0)])

    found = history.of(everywhere)

    assert found.value.tolist() == [0.0, 55.0, 60.0, 39.0]
    assert found.invested.tolist() == [0.0, 56.0, 56.0, 30.0]
    assert (found.inflow.tolist(), found.outflow.tolist()) == ([0.0, 56.0, 0.0, 0.0], [0.0, 0.0, 0.0, 26.0])


def test_places_do_not_mix_whatever_the_order_of_their_steps() -> None:
    steps = [(1, 1, 2.0, 40.0), (0, 0, 1.0, 10.0), (0, 1, 0.0, -10.0)]
    history = lived([A, B], [[10.0, 10.0], [20.0, 30.0]], sorted(steps, key=lambda step: step[1]))

    assert history.value.tolist() == [[10.0, 0.0], [0.0, 60.0]]
    assert history.of(lambda place: place == B).value.tolist() == [0.0, 60.0]
    assert history.of(everywhere).value.tolist() == history.total.tolist() == [10.0, 60.0]


def test_the_last_step_of_a_day_is_its_evening() -> None:
    history = lived([A], [[10.0, 10.0]], [(0, 0, 10.0, 100.0), (0, 0, 6.0, -40.0), (0, 0, 7.0, 12.0)])

    assert history.quantity.tolist() == [[7.0, 7.0]]
    assert history.of(everywhere).inflow.tolist() == [112.0, 0.0]


def test_what_a_place_earned_each_day_is_its_value_less_what_flowed() -> None:
    history = lived([A], [[10.0, 11.0, 12.0]], [(0, 0, 5.0, 49.0), (0, 2, 4.0, -13.0)])

    assert history.gains.tolist() == [[1.0, 5.0, 6.0]]


def test_legs_of_one_event_are_netted_before_they_are_flows() -> None:
    history = lived([A, MONEY], [[10.0, 10.0], [1.0, 1.0]], [(0, 0, 5.0, 50.0), (1, 0, -50.0, -50.0)])
    history.steps.group[:] = 7

    assert history.of(everywhere).inflow.tolist() == history.of(everywhere).outflow.tolist() == [0.0, 0.0]
    assert history.of(lambda place: place == A).inflow.tolist() == [50.0, 0.0]


def test_a_portfolio_of_nothing_is_worth_nothing_every_day() -> None:
    found = lived([], [], []).of(everywhere)

    for name in ("value", "invested", "inflow", "outflow", "income", "fees", "taxes", "gain_by_price"):
        assert getattr(found, name).tolist() == [0.0, 0.0]
    assert found.index.tolist() == [1.0, 1.0]


def test_ten_billion_of_one_holding_leave_digits_for_a_tenth_of_another() -> None:
    steps = [(0, 0, 1e10, 500.0), (1, 0, 0.1, 6000.0), (1, 1, 0.07, 0.0), (1, 2, 0.0, 0.0)]

    found = lived([A, B], [[5e-8] * 3, [60_000.0] * 3], steps).of(everywhere)

    assert found.value == pytest.approx([6500.0, 4700.0, 500.0], rel=1e-12)


def test_a_day_has_its_position_on_the_axis() -> None:
    history = lived([A], [[1.0, 1.0]], [])
    history.axis[:] = [19723, 19725]  # the first and the third of January 2024

    assert [history.position_of(day(number)) for number in (0, 1, 2)] == [0, 1, 1]


def grown(value: list[float], inflow: list[float], outflow: list[float] | None = None) -> np.ndarray:
    growth, _ = time_weighted(np.array(value), np.array(inflow), np.array(outflow or [0.0] * len(value)))
    index: np.ndarray = np.cumprod(growth)
    return index


def test_money_that_arrives_later_does_not_count_as_gain() -> None:
    # Time-Weighted Rate of Return, Investopedia: 1,000,000 grows to 1,162,484; 100,000 arrives; 1,192,328 at the end.
    index = grown([1_000_000.0, 1_162_484.0, 1_192_328.0], [1_000_000.0, 0.0, 100_000.0])

    assert index[-1] - 1 == pytest.approx(0.0979, abs=5e-5)


def test_money_that_leaves_does_not_count_as_loss() -> None:
    # The second investor of the same example takes 100,000 out and ends at 1,003,440, with the same return.
    index = grown([1_000_000.0, 1_062_484.0, 1_003_440.0], [1_000_000.0, 0.0, 0.0], [0.0, 100_000.0, 0.0])

    assert index[-1] - 1 == pytest.approx(0.0979, abs=5e-5)


def test_the_first_day_counts_from_the_money_put_in() -> None:
    assert grown([99.0, 99.0], [100.0, 0.0]).tolist() == [0.99, 0.99]


def test_a_day_that_begins_with_nothing_earns_nothing() -> None:
    index = grown([110.0, 0.0, 0.0, 55.0], [100.0, 0.0, 0.0, 50.0], [0.0, 110.0, 7.0, 0.0])

    assert index == pytest.approx([1.1, 1.1, 1.1, 1.21])


def test_a_day_knows_whether_it_began_with_something() -> None:
    _, invested = time_weighted(np.array([0.0, 5.0, 5.0, 0.0, 0.0]), np.array([0.0, 5, 0, 0, 0]), np.zeros(5))

    assert invested.tolist() == [False, True, True, True, False]


def test_after_a_total_loss_new_money_earns_nothing_back() -> None:
    assert grown([100.0, 0.0, 50.0, 75.0], [100.0, 0.0, 50.0, 0.0]).tolist() == [1.0, 0.0, 0.0, 0.0]


def test_below_zero_linking_ends() -> None:
    index = grown([100.0, -5.0, 50.0], [100.0, 0.0, 60.0])

    assert index[0] == 1.0
    assert np.isnan(index[1:]).all()


def test_prices_are_carried_forward_and_the_first_backward() -> None:
    days, prices = np.array([3, 5]), np.array([30.0, 50.0])

    assert align(days, prices, np.array([1, 3, 4, 5, 9])).tolist() == [30.0, 30.0, 30.0, 50.0, 50.0]
    assert align(np.array([]), np.array([]), np.array([1, 2])).tolist() == [0.0, 0.0]
