from decimal import Decimal

import pytest

from portfolios.accounting.entries import Kind
from portfolios.performance.book import Book
from portfolios.performance.overview import Overview, overview
from portfolios.performance.report import Reporting
from tests.portfolios.accounting.books import CASH, VOD, book, bought, moved, paid, shares
from tests.portfolios.accounting.lives import day


def seen(marks: Book, until: int) -> Overview:
    return overview(Reporting(marks, marks.first_eve(), day(until)))


def test_gains_of_securities_are_split_into_price_and_currency() -> None:
    entries = [shares(Kind.BUY, 0, "10", "150", VOD, currency="EUR", rate=Decimal("1.1"))]

    found = seen(book(entries, euros={0: 1.1, 5: 1.3}), 5)

    # bought for 150 euros, worth 200: 50 at the rate of today, and 150 × 0.20
    assert found.gain_by_price == pytest.approx(65.0)
    assert found.gain_by_currency == pytest.approx(30.0)


def test_years_and_months_follow_one_another() -> None:
    found = seen(book([bought(0, "10", "100")], {0: 10.0, 30: 11.0, 59: 12.0, 400: 15.0}), 400)

    assert list(found.years) == ["2024", "2025"]
    assert {name: own.gain for name, own in found.years.items()} == {"2024": 20.0, "2025": 30.0}
    assert list(found.months)[:2] == ["2024-01", "2024-02"]
    assert found.months["2024-02"].twr == pytest.approx(12 / 11 - 1)
    assert sum(own.gain for own in found.months.values()) == pytest.approx(50.0)


def test_falls_have_their_days_deepest_first() -> None:
    found = seen(book([bought(0, "10", "100")], {0: 10.0, 1: 9.0, 2: 10.0, 3: 5.0, 4: 6.0}), 4)

    assert [(fall.depth, fall.peak, fall.trough, fall.recovery) for fall in found.drawdowns] == [
        (pytest.approx(-0.5), day(2), day(3), None),
        (pytest.approx(-0.1), day(0), day(1), day(2)),
    ]


def test_a_rolling_year_is_shown_for_the_last_session_of_each_month() -> None:
    found = seen(book([bought(0, "10", "100")], {0: 10.0, 366: 12.0, 368: 13.0, 400: 15.0}), 400)

    assert [(when, pytest.approx(value)) for when, value in found.rolling_year] == [
        (day(368), pytest.approx(0.3)), (day(400), pytest.approx(0.5)),
    ]  # fmt: skip


def test_accounts_gain_and_contribute_their_part_of_the_whole() -> None:
    entries = [bought(0, "10", "100", account="A"), *moved(1, "5", "A", "B")]

    found = seen(book(entries, {0: 10.0, 2: 12.0, 3: 15.0}), 3).accounts

    assert {name: own.gain for name, own in found.items()} == {"A": pytest.approx(25.0), "B": pytest.approx(25.0)}
    assert sum(own.contribution or 0 for own in found.values()) == pytest.approx(0.5)
    assert found["B"].twr == pytest.approx(0.5)


def test_cash_of_an_account_belongs_to_it() -> None:
    entries = [paid(Kind.DEPOSIT, 0, "100", account="A"), paid(Kind.INTEREST, 1, "10", account="A")]

    assert seen(book(entries, rules=CASH), 1).accounts["A"].gain == pytest.approx(10.0)


def test_nothing_is_real_unless_inflation_is_stated() -> None:
    entries, prices = [bought(0, "10", "100")], {0: 10.0, 365: 12.0}

    assert seen(book(entries, prices), 365).real is None
    real = seen(book(entries, prices, inflation=0.1), 365).real
    assert real is not None
    assert real.gain == pytest.approx(120 - 110)  # the payment with the purchasing power of the last day
    assert real.xirr == pytest.approx(1.2 / 1.1 - 1)
    assert real.twr == pytest.approx(1.2 / 1.1 ** (366 / 365) - 1)  # from the evening before
