from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Label, Portfolio, Snapshot, Target
from portfolios.pages.allocation import AllocationPage, allocation, labelled, labels_of
from pricing.models import Instrument
from tests.portfolios.given import NOW, bars, listed, quote, rebuilt, sessions, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def spread(portfolio: Portfolio) -> Portfolio:
    """10 AAPL in two accounts at 190, 10 BND at 30, 400 euros and 500 dollars of cash; the euro at 1.25."""
    sessions()
    apple = listed("AAPL", quote_type="EQUITY", sector="Technology", country="United States")
    fund, euro = listed("BND", quote_type="ETF"), listed("EURUSD=X", calendar="24/5")
    for row, price in ((apple, 190.0), (fund, 30.0), (euro, 1.25)):
        bars(row, {"2024-06-03": price, "2024-06-04": price})
        quote(row, str(price))
    portfolio.tracks_cash = True
    portfolio.save()
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="2700", currency="USD")
    typed(portfolio, Kind.DEPOSIT, "2024-06-03", amount="400", currency="EUR")
    typed(portfolio, Kind.TRANSFER_IN, "2024-06-03", apple, "6", price="190", account="A")
    typed(portfolio, Kind.TRANSFER_IN, "2024-06-03", apple, "4", price="190", account="B")
    typed(portfolio, Kind.TRANSFER_IN, "2024-06-03", fund, "10", price="30", account="A")
    rebuilt(portfolio)
    return Portfolio.objects.select_related("snapshot").get(pk=portfolio.pk)


def shown(page: AllocationPage) -> dict[str, Decimal]:
    return {group.name: round(group.value, 2) for group in page.groups}


@pytest.mark.parametrize(
    ("dimension", "groups"),
    [
        ("class", {"Cash": 3200, "Shares": 1900, "Funds": 300}),
        ("sector", {"Cash": 3200, "Technology": 1900, "Funds": 300}),
        ("region", {"Cash": 3200, "North America": 1900, "Funds": 300}),
        ("currency", {"USD": 4900, "EUR": 500}),
        ("account", {"Cash": 3200, "A": 1440, "B": 760}),
    ],
)
def test_everything_is_in_one_group_of_each_dimension(
    spread: Portfolio, dimension: str, groups: dict[str, int]
) -> None:
    page = allocation(spread, dimension, NOW)

    assert shown(page) == groups
    assert sum(shown(page).values()) == round(page.whole.total, 2)


def test_the_owners_word_counts_more_than_the_sources_in_its_dimension(spread: Portfolio) -> None:
    fund = Instrument.objects.get(symbol="BND")
    Label.objects.create(user=spread.owner, instrument=fund, dimension="class", name="Bonds")

    assert shown(allocation(spread, "class", NOW)) == {"Cash": 3200, "Shares": 1900, "Bonds": 300}
    assert "Bonds" not in shown(allocation(spread, "sector", NOW))
    rows = labelled(allocation(spread, "class", NOW).whole, "class", labels_of(spread))
    assert {row["instrument"].symbol: (row["place"], row["label"]) for row in rows} == {
        "AAPL": ("Shares", ""), "BND": ("Funds", "Bonds"),
    }  # fmt: skip


def test_targets_are_of_this_portfolio_and_this_dimension(spread: Portfolio) -> None:
    other = Portfolio.objects.create(owner=spread.owner, name="Other")
    for portfolio, dimension, name in ((spread, "class", "Shares"), (spread, "sector", "X"), (other, "class", "Y")):
        Target.objects.create(portfolio=portfolio, dimension=dimension, name=name, weight=Decimal("0.5"))

    page = allocation(spread, "class", NOW)

    assert page.has_targets
    assert page.target_sum == Decimal("0.5")
    assert {group.name: group.target for group in page.groups} == {"Cash": 0, "Shares": Decimal("0.5"), "Funds": 0}
    assert page.largest_drift == page.groups[0].weight


def test_it_takes_so_many_queries(spread: Portfolio, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(6):  # targets, holdings, sessions, jobs, labels, rates
        allocation(spread, "currency", NOW)


def test_without_a_snapshot_nothing_is_allocated(portfolio: Portfolio) -> None:
    page = allocation(portfolio, "class", NOW)

    assert (page.groups, page.donut.slices, page.tiles, page.largest_drift) == ([], (), (), None)
    assert not Snapshot.objects.exists()
