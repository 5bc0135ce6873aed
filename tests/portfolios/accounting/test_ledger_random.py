"""Random portfolios, judged by tests.portfolios.naive."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.ledger import oversold, replay
from portfolios.performance.arrays import Priced, axis_days, close_matrix, flow_arrays, rates_by_day, trade_arrays
from portfolios.performance.history import History, history
from tests.portfolios.naive import BASE, CURRENCIES, DAYS, Life, axis, day, random_life, simulate

SEEDS = st.integers(0, 10**9)
EXACT = Fraction(1, 10**10)
LAST = day(DAYS - 1)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_the_ledger_agrees_with_a_slow_simulation(seed: int) -> None:
    life = random_life(seed)
    expected = simulate(life)

    ledger = replay(life.entries, life.splits, BASE, LAST)

    for pk in CURRENCIES:
        position = ledger.positions[pk]
        assert abs(Fraction(position.quantity) - expected.quantity(pk)) <= EXACT
        assert abs(Fraction(position.cost) - expected.cost(pk)) <= EXACT
        assert abs(Fraction(position.average_cost) - expected.average_cost[pk]) <= EXACT
        assert abs(Fraction(position.realised) - expected.realised[pk]) <= EXACT
        assert abs(Fraction(position.realised_average) - expected.realised_average[pk]) <= EXACT
        gains = sum((lot.gain for lot in position.closed), start=position.realised * 0)
        assert abs(Fraction(gains - position.realised)) <= EXACT
    assert {c: a for c, a in ledger.cash.items() if a} == {c: a for c, a in expected.cash.items() if a}
    assert (Fraction(ledger.income), Fraction(ledger.costs)) == (expected.income, expected.costs)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_the_daily_history_agrees_with_a_slow_simulation_and_ends_at_the_ledger(seed: int) -> None:
    life = random_life(seed)
    expected = simulate(life).evenings
    first = (life.entries[0].date - day(0)).days

    found = _history(life)

    expected = expected[first:]
    scale = max(1.0, *(abs(float(e.value)) for e in expected))
    assert len(found.value) == len(expected)
    assert found.value == pytest.approx([float(e.value) for e in expected], rel=1e-9, abs=1e-9 * scale)
    assert found.securities == pytest.approx([float(e.securities) for e in expected], rel=1e-9, abs=1e-9 * scale)
    assert found.invested == pytest.approx([float(e.invested) for e in expected], rel=1e-9, abs=1e-9 * scale)
    assert found.inflow == pytest.approx([float(e.inflow) for e in expected])
    assert found.outflow == pytest.approx([float(e.outflow) for e in expected])
    ledger = replay(life.entries, life.splits, BASE, LAST)
    assert found.quantity == pytest.approx([float(ledger.positions[pk].quantity) for pk in CURRENCIES], abs=1e-9)
    assert found.invested[-1] == pytest.approx(
        float(sum(p.cost for p in ledger.positions.values())), rel=1e-6, abs=1e-6
    )


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_the_index_agrees_with_a_slow_simulation_until_it_ends(seed: int) -> None:
    life = random_life(seed)
    life.tracks_cash = False
    first = (life.entries[0].date - day(0)).days
    expected = [np.nan if e.index is None else float(e.index) for e in simulate(life).evenings[first:]]

    found = _history(life).index

    assert found == pytest.approx(expected, rel=1e-8, nan_ok=True)


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS)
def test_what_was_possible_is_never_called_oversold(seed: int) -> None:
    life = random_life(seed)

    assert oversold(life.entries, life.splits, BASE, LAST) == []


def _history(life: Life) -> History:
    sessions = [life.adjusted(pk) for pk in CURRENCIES]
    days = axis_days(sessions, life.entries)
    assert list(days) == list(axis()[axis() >= days[0]])
    rates = rates_by_day(life.rate_closes(), BASE, days)
    closes = close_matrix([Priced(life.adjusted(pk), 1.0, c) for pk, c in CURRENCIES.items()], rates, days)
    position = {pk: row for row, pk in enumerate(CURRENCIES)}
    return history(
        closes,
        trade_arrays(life.entries, position, life.splits, days, LAST),
        flow_arrays(life.entries, rates, BASE, days, tracks_cash=life.tracks_cash),
    )
