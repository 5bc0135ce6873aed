import numpy as np
import pytest

from portfolios.accounting.entries import Kind, Place
from portfolios.performance.contribution import contributions
from portfolios.performance.report import Reporting
from tests.portfolios.accounting.books import AAPL, CASH, VOD, book, bought, moved, paid, shares
from tests.portfolios.accounting.lives import day

A, V = Place("", AAPL), Place("", VOD)


def parts(making: Reporting) -> dict[Place, float]:
    return dict(contributions(making.history, making.whole, making.rows) or {})


def test_what_a_holding_gained_is_divided_by_what_the_day_began_with() -> None:
    # 100 of one and 100 of the other (in dollars); one gains a tenth, the other a fifth: 5 % and 10 %
    entries = [bought(0, "10", "100"), shares(Kind.BUY, 0, "5", "100", VOD)]
    making = Reporting(book(entries, {0: 10.0, 1: 11.0}, euros={0: 1.0, 1: 1.2}), day(0), day(1))

    assert parts(making) == {A: pytest.approx(0.05), V: pytest.approx(0.10)}
    assert making.whole.twr == pytest.approx(0.15)


def test_a_later_day_counts_on_what_was_earned_until_then() -> None:
    making = Reporting(book([bought(0, "10", "100")], {0: 10.0, 1: 11.0, 2: 12.1}), day(0), day(2))

    assert parts(making)[A] == pytest.approx(0.21)


def test_interest_is_what_the_cash_contributes_and_a_fee_of_a_trade_the_security() -> None:
    entries = [paid(Kind.DEPOSIT, 0, "200"), paid(Kind.INTEREST, 1, "10"), bought(1, "10", "100", fee=2)]
    making = Reporting(book(entries, rules=CASH), day(0), day(1))

    found = parts(making)

    assert found[Place("", None, "USD")] == pytest.approx(0.05)
    assert found[A] == pytest.approx(-0.01)


def test_a_transfer_contributes_nothing() -> None:
    entries = [bought(0, "10", "100", account="A"), *moved(1, "4", "A", "B")]
    making = Reporting(book(entries, {0: 10.0, 2: 12.0}), day(0), day(2))

    assert parts(making) == {Place("A", AAPL): pytest.approx(0.12), Place("B", AAPL): pytest.approx(0.08)}


def test_where_nothing_is_linked_nobody_contributes() -> None:
    making = Reporting(book([bought(1, "10", "100")]), day(-5), day(-1))

    assert contributions(making.history, making.whole, np.ones(len(making.history.places), dtype=bool)) is None
