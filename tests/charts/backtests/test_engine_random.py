"""Random tests, judged by a naive loop over days, and by what must hold whatever the strategy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts.backtests.engine import Run, simulate
from charts.backtests.market import Listed, market
from charts.backtests.rules import Costs, Fill
from tests.charts.backtests.naive import Naive
from tests.charts.backtests.random_tests import Case, random_case

SEEDS = st.integers(0, 10**9)


def ran(case: Case) -> Run:
    return simulate(case.request, market(case.listed, case.start, case.end, whole=case.request.whole_shares))


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_naive_loop_finds_the_same_evenings(seed: int) -> None:
    case = random_case(seed)

    run = ran(case)

    axis = run.market.axis
    expected = Naive(case.request, case.listed, int(axis[0]), int(axis[-1])).run()
    scale = max(1.0, *(evening.equity for evening in expected))
    assert axis.tolist() == [evening.day for evening in expected]
    for name in ("equity", "cash", "inflow", "outflow"):
        wanted = [getattr(evening, name) for evening in expected]
        assert getattr(run, name) == pytest.approx(wanted, rel=1e-9, abs=1e-9 * scale), name


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_there_is_never_less_than_no_cash_and_nothing_appears_or_vanishes(seed: int) -> None:
    run = ran(random_case(seed, whole=False))

    scale = max(1.0, float(run.equity.max()))
    assert (run.cash >= 0).all()
    assert run.fees == pytest.approx(sum(order[4] for order in run.orders))
    held = np.zeros(run.market.closes.shape)
    spent = np.zeros(len(run.equity))
    for bar, instrument, quantity, price, fee in run.orders:
        held[bar:, instrument] += quantity
        spent[bar] += quantity * price + fee
    assert (held >= -1e-9 * scale).all()
    expected = np.cumsum(run.inflow - run.outflow - spent) + (held * run.market.closes).sum(axis=1)
    assert run.equity == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_with_whole_shares_there_is_never_less_than_no_cash_and_no_part_of_a_share(seed: int) -> None:
    case = random_case(seed, whole=True)

    run = ran(case)

    assert (run.cash >= 0).all()
    shares = np.array([trade.quantity for trade in run.trades])
    assert shares == pytest.approx(np.rint(shares), abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.integers(5, 80))
def test_what_comes_later_changes_nothing_before(seed: int, kept: int) -> None:
    case = random_case(seed)
    whole = ran(case)
    kept = min(kept, len(whole.equity))
    last = int(whole.market.axis[kept - 1])

    shorter = [_until(one, last) for one in case.listed]
    run = simulate(case.request, market(shorter, case.start, case.end, whole=case.request.whole_shares))

    count = len(run.equity)  # an instrument without a bar near its new end ends the test
    assert count >= kept - 10
    assert run.equity == pytest.approx(whole.equity[:count], rel=1e-12)
    assert run.cash == pytest.approx(whole.cash[:count], rel=1e-12, abs=1e-9)


def _until(one: Listed, last: int) -> Listed:
    at = one.days <= last
    return replace(one, days=one.days[at], opens=one.opens[at], closes=one.closes[at])


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_order_of_instruments_does_not_matter(seed: int) -> None:
    case = random_case(seed)

    turned = replace(case, listed=case.listed[::-1])

    assert (ran(turned).equity == ran(case).equity).all()


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0.01, 1_000))
def test_twice_the_money_is_twice_the_result(seed: int, factor: float) -> None:
    case = random_case(seed, whole=False)
    request, costs = case.request, case.request.costs
    larger = replace(
        request,
        cash=request.cash * factor,
        flows=tuple(replace(flow, amount=flow.amount * factor) for flow in request.flows),
        costs=Costs(costs.rate, costs.fixed * factor, costs.per_share, costs.minimum * factor),
    )

    equity = ran(replace(case, request=larger)).equity

    expected = ran(case).equity * factor
    assert equity == pytest.approx(expected, rel=1e-9, abs=1e-9 * max(1.0, expected.max()))


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.floats(0.01, 100))
def test_the_scale_of_a_price_does_not_matter(seed: int, factor: float) -> None:
    case = random_case(seed, whole=False)
    case = replace(case, request=replace(case.request, costs=replace(case.request.costs, per_share=0.0)))
    first, *others = case.listed
    scaled = replace(first, opens=first.opens * factor, closes=first.closes * factor)

    equity = ran(replace(case, listed=[scaled, *others])).equity

    assert equity == pytest.approx(ran(case).equity, rel=1e-9, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(Fill))
def test_holding_without_costs_is_the_ratio_of_prices(seed: int, fill: Fill) -> None:
    from charts.backtests.rules import Hold

    case = random_case(seed, whole=False)
    one = [case.listed[0]]
    request = replace(
        case.request, strategy=Hold({one[0].symbol: 1.0}), cash=1_000.0, flows=(), costs=Costs(), fill=fill
    )

    run = ran(replace(case, request=request, listed=one))

    prices = run.market.opens if fill is Fill.NEXT_OPEN else run.market.closes
    bought = 0 if fill is Fill.CLOSE else 1
    assert run.equity[bought:] == pytest.approx(1_000.0 * run.market.closes[bought:, 0] / prices[bought, 0])
