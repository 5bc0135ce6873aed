from datetime import date
from decimal import Decimal

import pytest

from portfolios.accounting.entries import SplitFact
from portfolios.accounting.lots import NOTHING, Lot, Payment, Position, marked

FIRST, SECOND, THIRD = date(2024, 1, 2), date(2024, 2, 1), date(2024, 3, 1)


def traded(position: Position, day: date, quantity: str, net: str, gross: str | None = None, rate: str = "1") -> None:
    """`quantity`: + bought, − sold; money likewise."""
    payment = Payment(Decimal(net), Decimal(net if gross is None else gross), Decimal(rate))
    position.trade(day, Decimal(quantity), payment)


def two_purchases() -> Position:
    """10 shares at 10.00 and 10 at 20.00."""
    position = Position()
    traded(position, FIRST, "10", "100")
    traded(position, SECOND, "10", "200")
    return position


def test_the_oldest_shares_are_sold_first() -> None:
    position = two_purchases()

    traded(position, THIRD, "-15", "-300")

    # 10 of the first lot (100.00) and 5 of the second (100.00) bring 300.00
    assert round(position.earned.realised, 20) == Decimal(100)
    assert (position.quantity, position.cost) == (Decimal(5), Decimal(100))
    assert [
        (one.opened, one.closed, one.quantity, one.cost, round(one.proceeds, 20), one.short) for one in position.trades
    ] == [
        (FIRST, THIRD, Decimal(10), Decimal(100), Decimal(200), False),
        (SECOND, THIRD, Decimal(5), Decimal(100), Decimal(100), False),
    ]
    assert [one.days for one in position.trades] == [59, 29]


def test_at_average_cost_every_share_cost_the_same() -> None:
    position = two_purchases()

    traded(position, THIRD, "-15", "-300")

    # the average is 300.00 / 20 = 15.00 a share
    assert position.earned.realised_average == Decimal(300) - 15 * Decimal(15)
    assert position.average_cost == 5 * Decimal(15)


def test_fees_are_in_the_cost_and_in_the_gain_of_a_trade_but_not_in_the_plain_gain() -> None:
    position = Position()
    traded(position, FIRST, "10", "105", gross="100")

    traded(position, SECOND, "-10", "-117", gross="-120")

    [trade] = position.trades
    assert (trade.gain, trade.gain_gross) == (Decimal(12), Decimal(20))
    assert (position.earned.realised, position.earned.gain) == (Decimal(12), Decimal(20))


def test_a_split_changes_shares_but_not_cost() -> None:
    position = two_purchases()

    position.split(SplitFact(THIRD, Decimal(4), Decimal(1)))
    traded(position, THIRD, "-40", "-100")

    assert position.earned.realised == Decimal(0)
    assert (position.quantity, position.cost) == (Decimal(40), Decimal(200))


def test_selling_everything_and_buying_again_starts_anew() -> None:
    position = two_purchases()
    traded(position, THIRD, "-20", "-500")

    traded(position, THIRD, "1", "30")

    assert (position.quantity, position.cost, position.average_cost) == (Decimal(1), Decimal(30), Decimal(30))
    assert position.earned.realised == position.earned.realised_average == Decimal(200)


def test_what_is_sold_short_is_bought_back_first_in_first_out() -> None:
    position = Position()
    traded(position, FIRST, "-10", "-100")
    traded(position, SECOND, "-10", "-200")

    traded(position, THIRD, "15", "150")

    # 10 sold for 100 and 5 sold for 100 are bought for 10 each
    assert position.earned.realised == Decimal(200) - Decimal(150)
    assert (position.quantity, position.cost) == (Decimal(-5), Decimal(-100))
    assert position.earned.realised_average == 15 * Decimal(15) - Decimal(150)
    assert [(one.quantity, round(one.cost, 20), one.proceeds, one.short) for one in position.trades] == [
        (Decimal(10), Decimal(100), Decimal(100), True),
        (Decimal(5), Decimal(50), Decimal(100), True),
    ]


def test_a_sale_beyond_what_is_held_closes_it_and_opens_a_short_one() -> None:
    position = Position()
    traded(position, FIRST, "10", "100")

    traded(position, SECOND, "-25", "-500")

    assert position.earned.realised == Decimal(100)  # 10 of 25 bring 200
    assert (position.quantity, position.cost, position.average_cost) == (Decimal(-15), Decimal(-300), Decimal(-300))
    assert [lot.opened for lot in position.lots] == [SECOND]


def test_dust_left_by_a_split_that_does_not_divide_is_nothing() -> None:
    position = Position()
    traded(position, FIRST, "10", "100")
    position.split(SplitFact(SECOND, Decimal(1), Decimal(3)))

    traded(position, THIRD, f"-{position.quantity.quantize(Decimal('1e-13'))}", "-90")

    assert (position.quantity, position.cost, position.average_cost, position.lots) == (0, 0, 0, [])
    assert round(position.earned.realised, 9) == Decimal(-10)


@pytest.mark.parametrize("quantity", ["1e-13", "-1e-13"])
def test_a_trade_of_dust_where_nothing_is_held_is_no_trade_of_anything(quantity: str) -> None:
    position = Position()

    traded(position, FIRST, quantity, "0")

    assert abs(position.quantity) <= NOTHING
    assert position.trades == []


def test_a_free_share_is_all_gain() -> None:
    position = Position()
    traded(position, FIRST, "1", "0")

    traded(position, SECOND, "-1", "-7")

    assert position.earned.realised == position.earned.realised_average == Decimal(7)


def test_shares_of_another_account_keep_their_day_their_cost_and_their_turn() -> None:
    source, target = two_purchases(), Position()
    traded(target, date(2024, 1, 15), "1", "15")

    target.arrive(source.leave(Decimal(15)))

    assert [(lot.opened, lot.quantity, lot.cost) for lot in target.lots] == [
        (FIRST, Decimal(10), Decimal(100)),
        (date(2024, 1, 15), Decimal(1), Decimal(15)),
        (SECOND, Decimal(5), Decimal(100)),
    ]
    assert (target.quantity, target.cost) == (Decimal(16), Decimal(215))
    assert (target.average_cost, source.average_cost) == (15 * Decimal(15) + 15, 5 * Decimal(15))
    assert (source.trades, source.earned.realised) == ([], 0)


def test_returned_capital_lowers_the_cost_of_each_share_alike() -> None:
    position = two_purchases()

    position.return_capital(Decimal(100), Decimal(1))

    assert [lot.cost for lot in position.lots] == [Decimal(50), Decimal(150)]
    assert (position.cost, position.average_cost, position.earned.realised) == (Decimal(200), Decimal(200), 0)


def test_capital_beyond_the_cost_of_a_lot_is_a_gain() -> None:
    position = two_purchases()

    position.return_capital(Decimal(240), Decimal(1))

    # 120 for each lot: 20 more than the first cost; the average of 300 covers all of it
    assert [lot.cost for lot in position.lots] == [Decimal(0), Decimal(80)]
    assert (position.earned.realised, position.earned.realised_average) == (Decimal(20), 0)
    assert (position.average_cost, position.held.basis) == (Decimal(60), Decimal(60))


def test_a_period_measures_gains_from_the_value_at_its_start() -> None:
    position = two_purchases()
    traded(position, THIRD, "-10", "-150")

    position.measure_from(Decimal(18), Decimal(1))
    traded(position, THIRD, "-5", "-100")

    assert (position.earned.gain, position.earned.realised) == (Decimal(10), Decimal(0))  # bought at 20, 18 then
    assert (position.held.basis, position.cost) == (Decimal(90), Decimal(100))


def test_what_the_exchange_rate_made_is_part_of_the_gain() -> None:
    position = Position()
    traded(position, FIRST, "10", "110", rate="1.10")  # 100 euros

    traded(position, SECOND, "-10", "-144", rate="1.20")  # 120 euros

    assert position.earned.gain == Decimal(34)
    assert position.earned.gain_by_currency == Decimal(10)  # 100 euros at 1.20 instead of 1.10


def test_a_lot_without_a_part_of_it_is_the_rest() -> None:
    lot = Lot(FIRST, Decimal(4), Decimal(40), Decimal(36), Decimal(36), Decimal(30))

    part = lot.part(Decimal(1))

    assert part == Lot(FIRST, Decimal(1), Decimal(10), Decimal(9), Decimal(9), Decimal("7.5"))
    assert lot.without(part).plus(part) == lot
    assert marked(lot, Decimal(5), Decimal(2)).basis == Decimal(40)
