from datetime import date

import pytest

from charts.selectors import candles, drawing_of, marks, traded
from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Instrument
from tests.portfolios.given import bars, listed, split, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def apple() -> Instrument:
    share = listed("AAPL")
    bars(share, {"2024-06-03": 190.0, "2024-06-04": 192.5})
    return share


def quantities(portfolio: Portfolio, share: Instrument) -> list[tuple[str, float]]:
    return [(mark.kind, mark.quantity) for mark in marks(portfolio, share, candles(share.pk))]


def test_bars_are_read_oldest_first(apple: Instrument) -> None:
    bars(apple, {"2024-05-31": 188.0})

    assert [(one.close, one.volume) for one in candles(apple.pk)] == [(188.0, 1), (190.0, 1), (192.5, 1)]
    assert candles(apple.pk)[0].day == (date(2024, 5, 31) - date(1970, 1, 1)).days
    assert candles(0) == []


def test_trades_are_counted_in_today_s_shares(portfolio: Portfolio, apple: Instrument) -> None:
    typed(portfolio, Kind.BUY, "2024-05-01", apple, "10", price="400")
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "5", price="190")  # on the ex-date: of the new shares already
    split(apple, "2024-06-03", 2)

    assert quantities(portfolio, apple) == [("buy", 20), ("buy", 5)]


def test_a_split_somebody_typed_counts_once_with_the_stated_one(portfolio: Portfolio, apple: Instrument) -> None:
    typed(portfolio, Kind.BUY, "2024-05-01", apple, "10", price="400")
    typed(portfolio, Kind.SPLIT, "2024-06-03", apple, "2")
    typed(portfolio, Kind.SPLIT, "2024-06-04", apple, "3")
    split(apple, "2024-06-03", 2)

    assert quantities(portfolio, apple) == [("buy", 60)]


def test_a_split_the_bars_do_not_reach_yet_restates_nothing(portfolio: Portfolio, apple: Instrument) -> None:
    typed(portfolio, Kind.BUY, "2024-05-01", apple, "10", price="190")
    split(apple, "2024-06-05", 4)

    assert quantities(portfolio, apple) == [("buy", 10)]


def test_only_what_moves_shares_is_marked(portfolio: Portfolio, apple: Instrument) -> None:
    typed(portfolio, Kind.BUY, "2024-05-01", apple, "10", price="190")
    typed(portfolio, Kind.DIVIDEND, "2024-05-02", apple, amount="5")
    typed(portfolio, Kind.TRANSFER_IN, "2024-05-03", apple, "3", price="190")
    typed(portfolio, Kind.SELL, "2024-05-06", apple, "4", price="190")

    assert quantities(portfolio, apple) == [("buy", 10), ("transfer_in", 3), ("sell", 4)]


def test_what_nobody_traded_is_not_found(portfolio: Portfolio, apple: Instrument) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name="Other")
    typed(other, Kind.BUY, "2024-05-01", apple, "10", price="190")

    assert traded(portfolio.owner, portfolio.pk, "AAPL") is None
    assert traded(portfolio.owner, other.pk, "AAPL") is not None
    assert traded(portfolio.owner, 0, "AAPL") is None


def test_nobody_else_s_drawing_is_told_of(portfolio: Portfolio) -> None:
    from django.contrib.auth.models import User

    assert drawing_of(User.objects.create_user("eve"), portfolio.pk, "main") is None
