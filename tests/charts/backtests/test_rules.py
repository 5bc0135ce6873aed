from datetime import date

import pytest

from charts.backtests.rules import (
    Allocation,
    Crossover,
    DualMomentum,
    Hold,
    Momentum,
    Reversion,
    Strategy,
    Untraded,
    symbols_of,
)


@pytest.mark.parametrize(
    ("strategy", "symbols"),
    [
        (Hold({"VTI": 0.6, "BND": 0.4}), ("BND", "VTI")),
        (Allocation({"VTI": 0.6, "BND": 0.4}, band=0.05), ("BND", "VTI")),
        (Crossover("SPY"), ("SPY",)),
        (Reversion("SPY"), ("SPY",)),
        (Momentum(("SPY", "EFA")), ("EFA", "SPY")),
        (DualMomentum(("SPY", "EFA"), "BND"), ("BND", "EFA", "SPY")),
        (Untraded(7, date(2020, 1, 2)), ()),
    ],
)
def test_a_strategy_says_what_it_may_hold_in_one_order(strategy: Strategy, symbols: tuple[str, ...]) -> None:
    assert symbols_of(strategy) == symbols
