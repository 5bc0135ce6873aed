"""Random portfolios, judged by tests.portfolios.naive."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.accounting.entries import COSTS, TRADES, TRANSFERS
from portfolios.accounting.ledger import Ledger
from portfolios.accounting.replay import impossible, replay
from tests.portfolios.accounting.lives import DAYS, Life, day
from tests.portfolios.accounting.random_lives import random_life
from tests.portfolios.naive import World

SEEDS = st.integers(0, 10**9)
EXACT = Fraction(1, 10**10)
LAST = day(DAYS - 1)


def booked(life: Life) -> Ledger:
    book = life.book()
    return replay(life.entries, life.splits, book.rules, LAST, book)


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS)
def test_quantities_costs_and_realised_gains_agree_with_a_slow_simulation(seed: int) -> None:
    life = random_life(seed)
    expected = World(life).live()

    ledger = booked(life)

    for place, position in ledger.positions.items():
        held = (place.account, place.instrument or 0)
        lots = expected.lots[held]
        found = (
            position.quantity, position.held.cost, position.held.gross, position.held.basis, position.held.local,
            position.average_cost, position.average_gross, position.earned.realised, position.earned.realised_average,
        )  # fmt: skip
        wanted = (
            *(sum((getattr(lot, name) for lot in lots), Fraction(0))
              for name in ("quantity", "cost", "gross", "basis", "local")),
            *expected.average[held], *expected.realised[held],
        )  # fmt: skip
        assert [abs(Fraction(own) - other) <= EXACT for own, other in zip(found, wanted, strict=True)] == [True] * 9
        assert [lot.opened for lot in position.lots] == [day(lot.opened) for lot in lots]


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS)
def test_cash_agrees_with_a_slow_simulation(seed: int) -> None:
    life = random_life(seed)
    expected = World(life).live().cash

    ledger = booked(life)

    found = {(place.account, place.currency): Fraction(amount) for place, amount in ledger.cash.items()}
    assert {place: amount for place, amount in found.items() if amount} == {
        place: amount for place, amount in expected.items() if amount
    }


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS)
def test_what_was_never_sold_cost_the_same_by_both_methods(seed: int) -> None:
    life = random_life(seed, allow_short=False)
    reducing = {"sell", "transfer_out", "return_of_capital"}
    life.pairs, life.entries = {}, [one for one in life.entries if one.kind not in reducing]

    ledger = booked(life)

    for position in ledger.positions.values():
        assert abs(position.average_cost - position.cost) <= EXACT
        assert abs(position.average_gross - position.held.gross) <= EXACT


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS)
def test_closed_lots_tell_the_realised_gain(seed: int) -> None:
    life = random_life(seed)
    life.entries = [one for one in life.entries if one.kind != "return_of_capital"]
    life.pairs = {}

    ledger = booked(life) if not impossible(life.entries, life.splits, life.book().rules, LAST) else Ledger()

    for position in ledger.positions.values():
        gains = sum((trade.gain for trade in position.trades), position.cost * 0)
        assert abs(gains - position.earned.realised) <= EXACT
        assert all(trade.quantity > 0 and trade.days >= 0 for trade in position.trades)


@settings(max_examples=400, deadline=None)
@given(seed=SEEDS)
def test_realised_unrealised_and_income_less_costs_is_the_value_less_what_was_put_in(seed: int) -> None:
    life = random_life(seed)
    life.tracks_cash = False
    book = life.book()

    ledger = booked(life)

    value = sum(ledger.values(book, LAST).values(), Decimal(0))
    flows = sum((leg.flow for leg in ledger.legs), Decimal(0))
    earned = [ledger.earned(place) for place in ledger.places()]
    unrealised = value - sum((own.cost for own in ledger.positions.values()), Decimal(0))
    other_costs = sum((_costs(life, index) for index in range(len(life.entries))), Decimal(0))
    gains = sum((own.realised + own.dividends + own.interest for own in earned), Decimal(0))
    assert abs(gains + unrealised - other_costs - (value - flows)) <= EXACT


def _costs(life: Life, index: int) -> Decimal:
    """Fees and taxes that no trade carries: those are in its gain."""
    one = life.entries[index]
    shares_alone = one.instrument is not None and index not in life.pairs
    if one.kind in TRADES or (one.kind in TRANSFERS and shares_alone):
        return Decimal(0)
    own = one.gross if one.kind in COSTS else Decimal(0)
    return (own + one.fee + one.tax) * one.rate


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_what_was_possible_is_never_called_impossible(seed: int) -> None:
    life = random_life(seed)

    assert impossible(life.entries, life.splits, life.book().rules, LAST) == []
