from datetime import date

import pytest

from charts.backtests.rules import (
    Allocation,
    Average,
    Crossover,
    DualMomentum,
    Entry,
    Every,
    Hold,
    Momentum,
    Reversion,
    Strategy,
)
from charts.backtests.strategies import plan
from tests.charts.backtests.given_prices import listed, market_of, rates, weekdays

UP_AND_DOWN = [10.0, 11, 12, 13, 12, 11, 10, 9, 10, 11, 12, 13]
MONTHS = [date(2024, month, 3) for month in range(1, 8)]


def decisions(strategy: Strategy, closes: list[float], start: int = 0) -> list[tuple[int, tuple[float, ...]]]:
    return plan(strategy, market_of(listed(closes)).since(start)).decisions


def test_what_is_held_is_decided_once_and_what_is_allocated_every_so_often() -> None:
    market = market_of(listed([1.0] * 50), listed([1.0] * 50, "B"))

    assert plan(Hold({"B": 0.7}), market).decisions == [(0, (0.0, 0.7))]
    assert plan(Allocation({"A": 0.5, "B": 0.5}, Every.MONTH), market).decisions == [
        (0, (0.5, 0.5)),
        (23, (0.5, 0.5)),
        (44, (0.5, 0.5)),
    ]
    banded = plan(Allocation({"A": 1.0}, band=0.02), market)
    assert (banded.decisions, banded.band) == ([(0, (1.0, 0.0))], 0.02)


def test_in_while_the_fast_average_is_above() -> None:
    strategy = Crossover("A", fast=1, slow=3)

    assert decisions(strategy, UP_AND_DOWN) == [(2, (1.0,)), (4, (0.0,)), (8, (1.0,))]
    assert decisions(strategy, UP_AND_DOWN, start=3) == [(0, (1.0,)), (1, (0.0,)), (5, (1.0,))]


@pytest.mark.parametrize("average", list(Average))
def test_a_crossing_must_be_seen(average: Average) -> None:
    strategy = Crossover("A", average, fast=1, slow=3, entry=Entry.CROSS)

    assert decisions(strategy, UP_AND_DOWN)[0][0] == 8  # it began above, which is no crossing
    assert decisions(strategy, UP_AND_DOWN, start=3)[0][0] == 5


def test_averages_that_are_even_are_not_above() -> None:
    assert decisions(Crossover("A", fast=3, slow=7), [100.1] * 60) == []


def test_bought_when_oversold_and_kept_until_overbought() -> None:
    strategy = Reversion("A", days=2, below=30, above=70)
    closes = [10.0, 10, 9, 8, 8.5, 8.4, 9, 10, 11]

    assert decisions(strategy, closes) == [(2, (1.0,)), (6, (0.0,))]
    assert decisions(strategy, closes, start=4) == []  # the signal was before the test


def test_the_best_are_held_in_equal_parts() -> None:
    market = market_of(
        listed([10, 12, 12, 12, 12, 12, 12], "A", days=MONTHS),
        listed([10, 11, 15, 15, 15, 15, 15], "B", days=MONTHS),
        listed([10, 9, 9, 9, 20, 20, 20], "C", days=MONTHS),
    )

    found = plan(Momentum(("A", "B", "C"), top=2, months=1), market).decisions

    assert found[:3] == [(0, (0.0, 0.0, 0.0)), (1, (0.5, 0.5, 0.0)), (2, (0.5, 0.5, 0.0))]
    assert found[4] == (4, (0.5, 0.0, 0.5))  # of equal ones the first in the alphabet


def test_the_last_month_may_be_skipped() -> None:
    market = market_of(listed([10, 12, 12, 12], "A", days=MONTHS[:4]), listed([10, 10, 30, 30], "B", days=MONTHS[:4]))

    found = plan(Momentum(("A", "B"), top=1, months=2, skip=1), market).decisions

    assert [weights for _, weights in found] == [(0.0, 0.0), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]


def test_returns_are_compared_in_the_currency_of_the_test() -> None:
    falling = rates([1.0, 0.5], MONTHS[:2])
    market = market_of(listed([10, 15], "A", days=MONTHS[:2], rate=falling), listed([10, 11], "B", days=MONTHS[:2]))

    assert plan(Momentum(("A", "B"), top=1, months=1), market).decisions[1][1] == (0.0, 1.0)


def test_those_too_young_to_be_compared_are_not_chosen() -> None:
    days = weekdays(60)
    market = market_of(listed([1.0] * 60, "A", days=days), listed([1.0 + at for at in range(10)], "B", days=days[50:]))

    assert plan(Momentum(("A", "B"), top=2, months=1), market).decisions[0][1] == (1.0, 0.0)


def test_the_refuge_is_held_unless_it_is_beaten() -> None:
    market = market_of(
        listed([10, 12, 9, 9], "A", days=MONTHS[:4]),
        listed([10, 11, 11, 9], "B", days=MONTHS[:4]),
        listed([10, 10.5, 10, 10.5], "R", days=MONTHS[:4]),
    )

    found = plan(DualMomentum(("A", "B"), "R", months=1), market).decisions

    assert [weights for _, weights in found] == [(0, 0, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
