from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from portfolios.accounting.entries import Kind, SplitFact
from portfolios.performance.book import Listed, Series, dates, day_number, exactly, paid_prices
from tests.portfolios.accounting.books import AAPL, book, bought, closes, paid, shares
from tests.portfolios.accounting.lives import BASE, day, entry


def test_days_are_counted_from_1970() -> None:
    assert (day_number(date(1970, 1, 2)), day_number(date(1969, 12, 31))) == (1, -1)
    assert dates(np.array([-1, 0])) == [date(1969, 12, 31), date(1970, 1, 1)]


def test_prices_come_in_the_order_of_their_days() -> None:
    series = Series.of({day(2): 3.0, day(0): 1.0})

    assert (dates(series.days), series.closes.tolist()) == ([day(0), day(2)], [1.0, 3.0])


@pytest.mark.parametrize(
    ("number", "price", "made", "estimated"),
    [(2, 30, 2, False), (4, 30, 2, False), (5, 50, 5, False), (0, 30, 2, True)],
)
def test_a_price_is_the_last_before_or_else_the_first_estimated(
    number: int, price: int, made: int, estimated: bool
) -> None:
    quoted = book(prices={2: 30.0, 5: 50.0}).quoted(AAPL, day(number))

    assert quoted is not None
    assert (quoted.price, quoted.date, quoted.estimated) == (price, day(made), estimated)


def test_a_price_is_of_one_share_of_that_day() -> None:
    splits = {AAPL: [SplitFact(day(3), Decimal(2), Decimal(1)), SplitFact(day(4), Decimal(5), Decimal(1))]}
    marks = book(prices={0: 1.0, 3: 1.5}, splits=splits)

    assert [marks.price(AAPL, day(number)) for number in (0, 2, 3, 4)] == [10, 10, Decimal("7.5"), Decimal("1.5")]


def test_pence_are_pounds_and_a_quoted_price_is_pence() -> None:
    listed = {AAPL: Listed("VOD.L", closes({0: 71.2}), 0.01, "GBP")}
    marks = book(listed=listed, rates={"GBP": closes({0: 1.25})})

    assert (marks.price(AAPL, day(0)), marks.rate_of(AAPL, day(0))) == (Decimal("0.712"), Decimal("1.25"))
    quoted = marks.quoted(AAPL, day(0))
    assert quoted is not None
    assert quoted.price == Decimal("71.2")


def test_without_any_price_it_is_worth_nothing() -> None:
    marks = book(listed={AAPL: Listed("AAPL", Series.of({}), 1.0, BASE)}, rates={"EUR": Series.of({})})

    assert (marks.quoted(AAPL, day(0)), marks.price(AAPL, day(0)), marks.rate("EUR", day(0))) == (None, 0, 0)


def test_a_rate_is_the_last_before_or_else_the_first() -> None:
    marks = book(euros={2: 1.1, 5: 1.3})

    assert [marks.rate("EUR", day(number)) for number in (0, 2, 4, 9)] == [
        Decimal("1.1"), Decimal("1.1"), Decimal("1.1"), Decimal("1.3"),
    ]  # fmt: skip
    assert marks.rate(BASE, day(0)) == 1


def test_everything_counts_from_the_evening_before_the_first_entry_to_the_last_session_or_entry() -> None:
    marks = book([bought(3, "1", "10"), bought(1, "1", "10")], {0: 1.0, 7: 1.0, 9: 1.0})

    assert (marks.first_eve(), marks.last_day(day(8)), marks.last_day(day(2))) == (day(0), day(7), day(1))


def test_what_trades_paid_stands_in_for_prices() -> None:
    splits = [SplitFact(day(2), Decimal(2), Decimal(1))]
    entries = [
        bought(0, "10", "100", currency="EUR", rate=Decimal("1.5")),
        shares(Kind.TRANSFER_IN, 3, "4", "20"),
        bought(4, "4", "0"),
        paid(Kind.DIVIDEND, 5, "9", instrument=AAPL),
        entry(6, Kind.SPLIT, instrument=AAPL, quantity=Decimal(2)),
    ]

    series = paid_prices(entries, splits, BASE, Decimal(1), None)
    pence = paid_prices(entries, splits, "GBP", Decimal("0.01"), closes({0: 1.25}))

    assert dates(series.days) == [day(0), day(3)]
    assert series.closes.tolist() == [7.5, 5.0]  # of one of today's shares
    assert pence.closes.tolist() == [600.0, 400.0]


@pytest.mark.parametrize("value", [0.1, 1e-8, 123456789.123, 1e22])
def test_a_float_becomes_the_decimal_it_was_written_as(value: float) -> None:
    assert exactly(value) == Decimal(str(value))
