from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.dashboard import dashboard
from portfolios.selectors import snapshot_of
from pricing.models import Instrument
from tests.portfolios.given import NOW, bars, dashboard_of, rebuilt, typed

pytestmark = pytest.mark.django_db


def test_the_total_is_every_holding_at_its_latest_price(two_shares: Portfolio) -> None:
    found = dashboard_of(two_shares)

    # 10 × 190 and 100 × £0.712 × 1.25
    assert [(row.valued.instrument.symbol, row.valued.value) for row in found.rows] == [
        ("AAPL", Decimal(1900)),
        ("VOD.L", Decimal(89)),
    ]
    assert found.total == 1989
    assert found.day_change == Decimal("-98.5")  # −100 and 100 × £0.012 × 1.25
    assert found.day_rate == found.day_change / Decimal("2087.5")
    assert sum(row.weight or 0 for row in found.rows) == 1
    assert [row.relative_weight for row in found.rows] == [1, Decimal(89) / 1900]


def test_three_queries_answer_a_dashboard(two_shares: Portfolio, django_assert_num_queries: Callable[..., Any]) -> None:
    mine = Portfolio.objects.select_related("snapshot").get(pk=two_shares.pk)

    with django_assert_num_queries(3):
        dashboard(mine, NOW)


def test_cash_is_part_of_the_total(user: Any) -> None:
    portfolio = Portfolio.objects.create(owner=user, name="Cash", base_currency="USD", tracks_cash=True)
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="100")
    rebuilt(portfolio)

    found = dashboard_of(portfolio)

    assert (found.cash, found.total, found.rows) == (100, 100, [])
    assert (found.day_change, found.day_rate, found.freshline.text) == (0, 0, "No prices needed")


def test_a_new_portfolio_is_empty_and_unfinished_once_it_has_transactions(portfolio: Portfolio) -> None:
    empty = dashboard_of(portfolio)
    typed(portfolio, Kind.FEE, "2024-06-03", amount="1", currency="XXX")
    waiting = dashboard_of(portfolio)

    assert (empty.total, empty.figures, empty.periods, empty.drawdown_low) == (0, {}, [], None)
    assert (empty.day_rate, empty.unfinished, empty.outdated) == (None, False, False)
    assert (waiting.unfinished, snapshot_of(waiting.portfolio)) == (True, None)


def test_figures_of_an_older_ledger_are_outdated_until_they_are_computed(two_shares: Portfolio) -> None:
    before = dashboard_of(two_shares)
    typed(two_shares, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "10", price="190")
    changed = dashboard_of(two_shares)
    rebuilt(two_shares)

    assert (before.outdated, changed.outdated, dashboard_of(two_shares).outdated) == (False, True, False)
    assert (changed.unfinished, changed.periods[0][0]) == (False, "1M")


def test_the_low_of_the_largest_drop_is_a_day(two_shares: Portfolio) -> None:
    never_fell = dashboard_of(two_shares).drawdown_low
    bars(Instrument.objects.get(symbol="AAPL"), {"2024-06-04": 180.0})
    rebuilt(two_shares)

    assert (never_fell, dashboard_of(two_shares).drawdown_low) == (None, date(2024, 6, 4))
