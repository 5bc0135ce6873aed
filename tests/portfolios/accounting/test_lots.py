from datetime import date
from decimal import Decimal

from portfolios.accounting.entries import SplitFact
from portfolios.accounting.lots import Position

FIRST, SECOND, THIRD = date(2024, 1, 2), date(2024, 2, 1), date(2024, 3, 1)


def two_purchases() -> Position:
    """10 shares at 10.00 and 10 at 20.00."""
    position = Position()
    position.buy(FIRST, Decimal(10), Decimal(100))
    position.buy(SECOND, Decimal(10), Decimal(200))
    return position


def test_the_oldest_shares_are_sold_first() -> None:
    position = two_purchases()

    position.sell(THIRD, Decimal(15), Decimal(300))

    # 10 of the first lot (100.00) and 5 of the second (100.00) bring 300.00
    assert position.realised == Decimal(100)
    assert (position.quantity, position.cost) == (Decimal(5), Decimal(100))
    assert [(lot.bought, lot.quantity, lot.cost, lot.proceeds) for lot in position.closed] == [
        (FIRST, Decimal(10), Decimal(100), Decimal(200)),
        (SECOND, Decimal(5), Decimal(100), Decimal(100)),
    ]


def test_at_average_cost_every_share_cost_the_same() -> None:
    position = two_purchases()

    position.sell(THIRD, Decimal(15), Decimal(300))

    # the average is 300.00 / 20 = 15.00 a share
    assert position.realised_average == Decimal(300) - 15 * Decimal(15)
    assert position.average_cost == 5 * Decimal(15)


def test_a_split_changes_shares_but_not_cost() -> None:
    position = two_purchases()

    position.split(SplitFact(THIRD, Decimal(4), Decimal(1)))
    position.sell(THIRD, Decimal(40), Decimal(100))

    assert position.realised == Decimal(0)
    assert (position.quantity, position.cost) == (Decimal(40), Decimal(200))


def test_selling_everything_and_buying_again_starts_anew() -> None:
    position = two_purchases()
    position.sell(THIRD, Decimal(20), Decimal(500))

    position.buy(THIRD, Decimal(1), Decimal(30))

    assert (position.quantity, position.cost, position.average_cost) == (Decimal(1), Decimal(30), Decimal(30))
    assert position.realised == position.realised_average == Decimal(200)


def test_dust_left_by_a_split_that_does_not_divide_is_nothing() -> None:
    position = Position()
    position.buy(FIRST, Decimal(10), Decimal(100))
    position.split(SplitFact(SECOND, Decimal(1), Decimal(3)))

    position.sell(THIRD, position.quantity.quantize(Decimal("1e-13")), Decimal(90))

    assert (position.quantity, position.cost, position.average_cost) == (0, 0, 0)
    assert round(position.realised, 9) == Decimal(-10)


def test_a_free_share_is_all_gain() -> None:
    position = Position()
    position.buy(FIRST, Decimal(1), Decimal(0))

    position.sell(SECOND, Decimal(1), Decimal(7))

    assert position.realised == position.realised_average == Decimal(7)
