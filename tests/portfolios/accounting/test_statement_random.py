"""Statements of random periods, judged by tests.portfolios.naive."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.entries import Place
from portfolios.accounting.replay import replay
from portfolios.accounting.statement import Statement, in_cents, statement
from tests.portfolios.accounting.lives import ACCOUNTS, CURRENCIES, Life, day
from tests.portfolios.accounting.random_lives import random_life
from tests.portfolios.naive import World

SEEDS = st.integers(0, 10**9)
PERIODS = st.tuples(st.integers(-2, 29), st.integers(-2, 29)).map(lambda days: (min(days), max(days)))
WHERE = st.sampled_from([ACCOUNTS, ("A",), ("B",)])
EXACT = Fraction(1, 10**6)  # closes are floats


def stated(life: Life, start: int, end: int, accounts: tuple[str, ...]) -> Statement:
    book = life.book()

    def inside(place: Place) -> bool:
        return place.account in accounts

    ledger = replay(life.entries, life.splits, book.rules, day(end), book, day(start), inside)
    return statement(ledger, book, day(start), day(end), inside)


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS, period=PERIODS, accounts=WHERE)
def test_every_line_agrees_with_a_slow_simulation(
    seed: int, period: tuple[int, int], accounts: tuple[str, ...]
) -> None:
    life, (start, end) = random_life(seed), period
    world = World(life, accounts, start).live(end)
    sums, shares, last = world.sums, world.shares(), max(end, 0)
    basis = sum((lot.basis for _, lot in shares), Fraction(0))
    worth = sum((lot.quantity * life.worth(pk, last) for pk, lot in shares), Fraction(0))
    fx = sum((lot.local * life.rate(CURRENCIES[pk], last) - lot.basis for pk, lot in shares), Fraction(0))
    value = world.value(last)

    found = stated(life, start, end, accounts)

    expected = {
        "value_start": world.opening, "value_end": value, "inflows": sums["inflow"], "outflows": sums["outflow"],
        "realised_gain": sums["realised"], "unrealised_gain": worth - basis, "income": sums["income"],
        "securities_gain_by_currency": sums["realised_currency"] + fx, "interest": sums["interest"],
        "fees": sums["fees"], "taxes": sums["taxes"], "currency_gain": value - worth - sums["cash"],
    }  # fmt: skip
    different = {
        name: (getattr(found, name), float(wanted))
        for name, wanted in expected.items()
        if abs(Fraction(getattr(found, name)) - wanted) > EXACT
    }
    assert different == {}


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS, period=PERIODS, accounts=WHERE)
def test_it_adds_up_exactly_and_to_the_cent(seed: int, period: tuple[int, int], accounts: tuple[str, ...]) -> None:
    found = stated(random_life(seed), *period, accounts)

    cents = in_cents(found)

    flows = found.inflows - found.outflows
    assert abs(found.value_start + flows + found.total_gain - found.value_end) <= EXACT
    minus = {"outflows", "fees", "taxes"}
    total = sum(amount * (-1 if name in minus else 1) for name, amount in cents.items() if name != "value_end")
    assert total == cents["value_end"]
    for name in cents:
        slack = Decimal("0.05") if name == "unrealised_gain" else Decimal("0.005")
        assert abs(cents[name] - getattr(found, name)) <= slack
        assert cents[name] == round(cents[name], 2)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, period=PERIODS)
def test_accounts_are_worth_the_whole(seed: int, period: tuple[int, int]) -> None:
    life = random_life(seed)

    parts = [stated(life, *period, (account,)) for account in ACCOUNTS]

    whole = stated(life, *period, ACCOUNTS)
    for name in ("value_start", "value_end", "income", "interest", "fees", "taxes", "total_gain"):
        assert abs(sum(getattr(part, name) for part in parts) - getattr(whole, name)) <= EXACT


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, days=st.tuples(*[st.integers(-1, 29)] * 3).map(sorted))
def test_a_period_in_two_parts_gains_what_it_gains_in_one(seed: int, days: list[int]) -> None:
    life, (start, middle, end) = random_life(seed), days

    parts = [stated(life, start, middle, ACCOUNTS), stated(life, middle, end, ACCOUNTS)]

    whole = stated(life, start, end, ACCOUNTS)
    assert abs(sum(part.total_gain for part in parts) - whole.total_gain) <= EXACT
    assert abs(parts[0].value_end - parts[1].value_start) <= EXACT
