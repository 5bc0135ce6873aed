from collections.abc import Callable
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.holdings import Asked, HoldingsPage, holdings
from tests.portfolios.given import NOW, bars, listed, quote, rebuilt, sessions, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(portfolio: Portfolio) -> Portfolio:
    """AAPL and BND are held, IBM was sold at a loss of 10 after a dividend of 3."""
    sessions()
    for symbol, kind, name, price, before in (
        ("AAPL", "EQUITY", "Apple", "190", "200"), ("BND", "ETF", "Bonds", "500", "490"),
        ("IBM", "EQUITY", "", "90", "90"),
    ):  # fmt: skip
        row = listed(symbol, quote_type=kind, name=name, sector="Tech" if symbol == "AAPL" else "")
        bars(row, {"2024-06-03": 100.0, "2024-06-04": float(price)})
        quote(row, price, before)
        typed(portfolio, Kind.BUY, "2024-06-03", row, "1", price="100")
        if symbol == "IBM":
            typed(portfolio, Kind.DIVIDEND, "2024-06-04", row, amount="3")
            typed(portfolio, Kind.SELL, "2024-06-04", row, "1", price="90")
    rebuilt(portfolio)
    return Portfolio.objects.select_related("snapshot").get(pk=portfolio.pk)


def symbols(page: HoldingsPage) -> list[list[str]]:
    return [[row.valued.instrument.symbol for row in section.rows] for section in page.sections]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ({}, [["BND", "AAPL"]]),
        ({"sort": "name"}, [["AAPL", "BND"]]),
        ({"sort": "day"}, [["BND", "AAPL"]]),
        ({"sort": "rate"}, [["BND", "AAPL"]]),
        ({"sort": "nonsense", "group": "nonsense"}, [["BND", "AAPL"]]),
        ({"q": "apple"}, [["AAPL"]]),
        ({"q": "TECH"}, [["AAPL"]]),
        ({"q": "ibm"}, []),
        ({"group": "class"}, [["BND"], ["AAPL"]]),
        ({"group": "class", "q": "aapl"}, [["AAPL"]]),
    ],
)
def test_holdings_are_found_grouped_and_sorted(three: Portfolio, query: dict[str, str], order: list[list[str]]) -> None:
    assert symbols(holdings(three, Asked.of(query), NOW)) == order


def test_a_group_has_its_own_sums(three: Portfolio) -> None:
    funds, shares = holdings(three, Asked.of({"group": "class"}), NOW).sections

    assert (funds.name, funds.value, funds.gain, funds.day_change) == ("Funds", 500, 400, 10)
    assert (shares.name, shares.day_change) == ("Shares", -10)
    assert funds.weight is not None
    assert float(funds.weight) == pytest.approx(500 / 690)


def test_what_was_sold_says_what_it_brought(three: Portfolio) -> None:
    (gone,) = holdings(three, Asked.of({"closed": "1"}), NOW).closed

    assert (gone.symbol, gone.realised, gone.income) == ("IBM", -10, 3)
    assert gone.twr == pytest.approx(-0.07)


def test_three_queries_and_one_more_where_it_is_grouped(
    three: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(3):
        holdings(three, Asked(), NOW)
    with django_assert_num_queries(4):
        holdings(three, Asked(group="class"), NOW)


def test_a_long_list_is_shown_in_part_with_the_sums_of_all(three: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolios.pages.holdings.MOST", 1)

    part, whole = (holdings(three, Asked.of(query), NOW) for query in ({}, {"all": "1"}))

    assert (symbols(part), part.found, part.hidden) == ([["BND"]], 2, 1)
    assert (symbols(whole), whole.hidden) == ([["BND", "AAPL"]], 0)
    assert part.sections[0].value == whole.sections[0].value
