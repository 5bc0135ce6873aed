"""What every report keeps, whatever the portfolio: sums that add up, and changes that change nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.entries import TRADES, Entry, Kind, SplitFact
from portfolios.performance.report import Report, report
from portfolios.performance.selection import EVERYTHING, Selection
from tests.portfolios.accounting.lives import ACCOUNTS, DAYS, Life, day
from tests.portfolios.accounting.random_lives import random_life
from tests.portfolios.naive import World

SEEDS = st.integers(0, 10**9)
PERIODS = st.tuples(st.integers(-2, 29), st.integers(-2, 29)).map(lambda days: (min(days), max(days)))
EVE, LAST = day(-1), day(DAYS - 1)


def reported(life: Life, start: int = -1, end: int = DAYS - 1, account: str | None = None) -> Report:
    return report(life.book(), day(start), day(end), EVERYTHING if account is None else Selection(account=account))


def same(found: float | None, expected: float | None, rel: float = 1e-6) -> bool:
    return found == (None if expected is None else pytest.approx(expected, rel=rel, abs=1e-9))


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, period=PERIODS, account=st.sampled_from([None, *ACCOUNTS]))
def test_holdings_and_cash_make_the_value_at_the_end(seed: int, period: tuple[int, int], account: str | None) -> None:
    life = random_life(seed)

    found = reported(life, *period, account)

    last = max(period[1], 0)
    cash = sum(float(amount) * float(life.rate(name, last)) for name, amount in found.cash.items())
    held = sum(float(holding.value) for holding in found.holdings)
    assert held + cash == pytest.approx(float(found.statement.value_end), rel=1e-9, abs=1e-6)
    for holding in found.holdings:
        if holding.quantity and holding.price is not None:
            worth = holding.quantity * holding.price * Decimal(float(life.rate(_currency(holding.symbol), last)))
            assert float(worth) == pytest.approx(float(holding.value), rel=1e-9)


def _currency(symbol: str) -> str:
    return {"S1": "USD", "S2": "EUR", "S3": "USD", "S4": "GBP"}[symbol]


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, period=PERIODS, account=st.sampled_from([None, *ACCOUNTS]))
def test_contributions_add_up_to_the_return(seed: int, period: tuple[int, int], account: str | None) -> None:
    found = reported(random_life(seed), *period, account)

    parts = [holding.contribution for holding in found.holdings]

    if found.returns.twr is None:
        assert parts == [None] * len(parts)
    else:
        cash = found.contribution_of_cash or 0.0
        scale = sum(abs(part or 0.0) for part in parts) + abs(cash)
        assert sum(part or 0.0 for part in parts) + cash == pytest.approx(found.returns.twr, abs=1e-9 * (1 + scale))


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, period=PERIODS)
def test_accounts_are_worth_the_whole(seed: int, period: tuple[int, int]) -> None:
    life = random_life(seed)

    parts = [reported(life, *period, account).statement for account in ACCOUNTS]

    whole = reported(life, *period).statement
    assert float(sum(part.value_end for part in parts)) == pytest.approx(float(whole.value_end), abs=1e-6)
    assert float(sum(part.total_gain for part in parts)) == pytest.approx(float(whole.total_gain), abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, factor=st.sampled_from([Decimal("0.001"), Decimal(7), Decimal(10**6)]))
def test_ten_times_the_money_has_the_same_returns(seed: int, factor: Decimal) -> None:
    life = random_life(seed)
    before = reported(life).returns

    life.entries = [_scaled(one, factor) for one in life.entries]

    after = reported(life).returns
    assert same(after.twr, before.twr)
    assert same(after.xirr, before.xirr, rel=1e-5)
    assert same(after.volatility, before.volatility)


def _scaled(one: Entry, factor: Decimal) -> Entry:
    money = {name: getattr(one, name) * factor for name in ("gross", "fee", "tax", "quantity")}
    return replace(one, **money)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_one_payment_in_two_parts_on_the_same_day_has_the_same_return(seed: int) -> None:
    life = random_life(seed)
    before = reported(life)
    whole = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.DIVIDEND, Kind.INTEREST} | TRADES
    halves = [
        [_scaled(one, Decimal("0.5"))] * 2 if one.kind in whole and index not in life.pairs else [one]
        for index, one in enumerate(life.entries)
    ]

    life.entries = [half for both in halves for half in both]

    after = reported(life)
    assert same(after.returns.twr, before.returns.twr)
    assert after.statement.value_end == pytest.approx(before.statement.value_end, abs=Decimal("1e-6"))
    assert after.statement.realised_gain == pytest.approx(before.statement.realised_gain, abs=Decimal("1e-6"))


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, number=st.integers(1, 29), ratio=st.sampled_from([(2, 1), (1, 8), (5, 4)]))
def test_a_split_at_its_own_price_changes_nothing(seed: int, number: int, ratio: tuple[int, int]) -> None:
    life = random_life(seed)
    new, old = Decimal(ratio[0]), Decimal(ratio[1])
    before = reported(life)

    life.splits[1] = [SplitFact(day(number), new, old)]  # it had none
    life.prices[1] = [price * (old / new if at >= number else 1) for at, price in enumerate(life.prices[1])]
    life.entries = [
        replace(one, quantity=one.quantity * new / old) if one.instrument == 1 and one.date >= day(number) else one
        for one in life.entries
    ]

    after = reported(life)
    for name in ("value_end", "inflows", "outflows", "realised_gain", "unrealised_gain", "total_gain"):
        found, expected = (float(getattr(own.statement, name)) for own in (after, before))
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert same(after.returns.twr, before.returns.twr)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, period=PERIODS)
def test_the_return_of_a_period_is_that_of_the_whole_history_cut_there(seed: int, period: tuple[int, int]) -> None:
    life, (start, end) = random_life(seed), period
    evenings = World(life).live().evenings
    index = [1.0 if number < 0 else _or_none(evenings[number].index) for number in (start, end)]

    found = reported(life, start, end).returns.twr

    before, after = index
    if found is not None and before is not None and after is not None and before > 1e-3:
        assert found == pytest.approx(after / before - 1, rel=1e-6, abs=1e-6)


def _or_none(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]  # a Fraction
