"""Random portfolios day by day, judged by tests.portfolios.naive."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.ledger import Inside
from portfolios.accounting.replay import everywhere, replay
from portfolios.performance.arrays import history_of, movements_of
from portfolios.performance.book import Book, dates
from portfolios.performance.history import Daily, History
from tests.portfolios.accounting.lives import ACCOUNTS, CURRENCIES, DAYS, day
from tests.portfolios.accounting.random_lives import random_life
from tests.portfolios.naive import Evening, World

SEEDS = st.integers(0, 10**9)
LAST = day(DAYS - 1)
COLUMNS = ("value", "invested", "inflow", "outflow", "income", "fees", "taxes")


def history(book: Book) -> History:
    """With every day of the month."""
    ledger = replay(book.entries, book.splits, book.rules, LAST, book)
    return history_of(book, movements_of(book, ledger), LAST, also=[day(number) for number in range(DAYS)])


def of_account(name: str) -> Inside:
    return lambda place: place.account == name


def agree(found: Daily, expected: list[Evening]) -> None:
    scale = max(1.0, *(abs(float(evening.value)) for evening in expected))
    for name in COLUMNS:
        wanted = [float(getattr(evening, name)) for evening in expected]
        assert getattr(found, name) == pytest.approx(wanted, rel=1e-9, abs=1e-9 * scale), name


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS)
def test_every_evening_agrees_with_a_slow_simulation(seed: int) -> None:
    life = random_life(seed)
    expected = World(life).live().evenings

    found = history(life.book())

    assert dates(found.axis) == [day(number) for number in range(DAYS)]
    agree(found.of(everywhere), expected)


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, account=st.sampled_from(ACCOUNTS))
def test_so_does_every_evening_of_an_account(seed: int, account: str) -> None:
    life = random_life(seed)
    expected = World(life, [account]).live().evenings

    found = history(life.book())

    agree(found.of(of_account(account)), expected)


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS)
def test_the_index_agrees_with_a_slow_simulation_until_it_ends(seed: int) -> None:
    life = random_life(seed)
    evenings = World(life).live().evenings
    expected = [np.nan if evening.index is None else float(evening.index) for evening in evenings]

    found = history(life.book()).of(everywhere).index

    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True)


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS)
def test_price_and_currency_make_the_whole_gain_of_securities(seed: int) -> None:
    life = random_life(seed)
    world = World(life).live()
    securities = sum((lot.quantity * life.worth(pk, DAYS - 1) for pk, lot in world.shares()), Fraction(0))
    open_at = sum((lot.basis for _, lot in world.shares()), Fraction(0))

    found = history(life.book()).of(everywhere)

    by_currency = world.sums["realised_currency"] + sum(
        (lot.local * life.rate(CURRENCIES[pk], DAYS - 1) - lot.basis for pk, lot in world.shares()), Fraction(0)
    )
    total = float(world.sums["realised"] + securities - open_at)
    scale = max(1.0, float(np.abs(found.value).max()))
    assert found.gain_by_currency[-1] == pytest.approx(float(by_currency), abs=1e-9 * scale)
    assert found.gain_by_price[-1] + found.gain_by_currency[-1] == pytest.approx(total, abs=1e-9 * scale)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_accounts_add_up_to_the_whole_every_evening(seed: int) -> None:
    found = history(random_life(seed).book())

    parts = [found.of(of_account(account)) for account in ACCOUNTS]

    whole = found.of(everywhere)
    for name in ("value", "invested", "income", "fees", "taxes", "gain_by_currency", "gain_by_price"):
        together = sum(getattr(part, name) for part in parts)
        scale = max(1.0, float(np.abs(whole.value).max()))
        assert together == pytest.approx(getattr(whole, name), abs=1e-9 * scale)
