from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.activity import (
    LARGEST,
    OLDEST,
    SMALLEST,
    Filter,
    Totals,
    activity,
    choices,
    totals_of,
    transactions_of,
)
from portfolios.selectors import quality
from pricing.models import Instrument
from tests.portfolios.given import listed, proposed, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def traded(portfolio: Portfolio) -> Portfolio:
    """Two shares in two currencies, two accounts, two years."""
    coke, vod = listed("KO", name="Coca-Cola"), listed("VOD.L", "GBp")
    typed(portfolio, Kind.BUY, "2023-03-01", coke, "10", price="60", fee="1", account="ISA")
    typed(portfolio, Kind.BUY, "2024-03-01", vod, "100", price="71.2", tax="0.35", note="for the dividend")
    typed(portfolio, Kind.DIVIDEND, "2024-06-01", vod, amount="4", currency="GBP", tax="0.40")
    typed(portfolio, Kind.SELL, "2024-07-01", coke, "5", price="70", fee="1", account="ISA")
    typed(portfolio, Kind.FEE, "2024-08-01", amount="9.5")
    typed(portfolio, Kind.TRANSFER_IN, "2024-09-01", coke, "1")
    return portfolio


def found(portfolio: Portfolio, **wanted: Any) -> list[tuple[str, str]]:
    rows = transactions_of(portfolio, Filter(**wanted))
    return [(row.kind, row.instrument.symbol if row.instrument else "") for row in rows]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 6), ({"text": "vod"}, 2), ({"text": "coca"}, 3), ({"text": "DIVIDEND"}, 1), ({"text": "isa"}, 2),
        ({"kind": "buy"}, 2), ({"account": "ISA"}, 2), ({"account": ""}, 4), ({"text": "100%"}, 0),
        ({"first": date(2024, 1, 1)}, 5), ({"last": date(2024, 3, 1)}, 2),
        ({"first": date(2024, 6, 1), "last": date(2024, 7, 1)}, 2), ({"kind": "buy", "text": "ko"}, 1),
    ],
)  # fmt: skip
def test_a_filter_leaves_what_it_says(traded: Portfolio, wanted: dict[str, Any], count: int) -> None:
    assert len(found(traded, **wanted)) == count


def test_the_latest_come_first_unless_asked_otherwise(traded: Portfolio) -> None:
    assert found(traded)[0] == ("transfer_in", "KO")
    assert found(traded, sort=OLDEST)[0] == ("buy", "KO")


def test_pence_are_sorted_as_pounds_and_what_has_no_amount_comes_last(traded: Portfolio) -> None:
    """600 dollars, 350 dollars, 71.20 pounds, 9.50, 4."""
    largest = ["buy KO", "sell KO", "buy VOD.L", "fee ", "dividend VOD.L", "transfer_in KO"]

    assert [" ".join(row) for row in found(traded, sort=LARGEST)] == largest
    assert [" ".join(row) for row in found(traded, sort=SMALLEST)] == [*reversed(largest[:-1]), largest[-1]]


def test_the_database_sums_what_rows_state(traded: Portfolio, django_assert_num_queries: Callable[..., Any]) -> None:
    rows = transactions_of(traded, Filter())

    with django_assert_num_queries(1):
        totals = totals_of(rows)

    assert totals == [
        Totals("GBP", bought=Decimal("71.2"), dividends=Decimal(4), taxes=Decimal("0.75")),
        Totals("USD", bought=Decimal(600), sold=Decimal(350), fees=Decimal("11.5")),
    ]
    bought = [row.gross for row in rows if row.kind == Kind.BUY]
    assert sum(one for one in bought if one) == sum(total.bought for total in totals)


def test_a_currency_with_nothing_to_add_up_is_left_out(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="5", currency="EUR")

    assert totals_of(transactions_of(portfolio, Filter())) == []


def test_what_can_be_asked_for_takes_one_query(
    traded: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(1):
        known = choices(traded)

    assert (known.years, known.accounts) == ([2024, 2023], ["ISA"])


def test_a_page_has_what_waits_for_its_owner(traded: Portfolio) -> None:
    share = Instrument.objects.get(symbol="KO")
    proposed(traded, share, "2024-03-14")
    proposed(traded, share, "2024-06-14", state="dismissed")

    page = activity(traded, Filter(kind="buy"), "x")

    assert (len(page.page), page.page.number, page.proposed) == (2, 1, 1)
    assert page.wrong == quality(traded).count
    assert [total.currency for total in page.totals] == ["GBP", "USD"]


def test_rows_are_of_the_same_version_as_long_as_nothing_changes_that_they_show(traded: Portfolio) -> None:
    def version(**wanted: Any) -> str:
        return activity(traded, Filter(**wanted), None).version

    first, other, again = version(), version(kind="buy"), version()
    row, coke = traded.transactions.first(), Instrument.objects.get(symbol="KO")
    assert row is not None
    later = []
    for change in ("note", "fee", "account"):
        setattr(row, change, "2")
        row.save()
        later.append(version())
    Instrument.objects.filter(pk=coke.pk).update(status="unknown")

    assert first == again
    assert len({first, other, *later, version()}) == 6
