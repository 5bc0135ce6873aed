from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.income import income
from pricing.models import Dividend
from tests.portfolios.given import bars, listed, proposed, rebuilt, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def paying(portfolio: Portfolio) -> Portfolio:
    """10 KO at 50, a dividend booked of two; the history ends on 4 June 2024."""
    share = listed("KO")
    bars(share, {"2023-01-03": 40.0, "2024-06-04": 50.0})
    for day in ("2023-09-14", "2024-03-14"):
        Dividend.objects.create(instrument=share, ex_date=date.fromisoformat(day), amount=Decimal("0.5"))
    typed(portfolio, Kind.BUY, "2023-01-03", share, "10", price="40")
    typed(portfolio, Kind.DIVIDEND, "2024-03-20", share, amount="5")
    typed(portfolio, Kind.INTEREST, "2023-02-01", amount="3")
    rebuilt(portfolio)
    return portfolio


def test_the_page_reads_what_a_worker_has_computed(
    paying: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    proposed(paying, listed("PEP"))

    with django_assert_num_queries(2):
        page = income(paying)

    [row] = page.rows
    assert (page.whole["received"], page.whole["projected"], page.as_of) == (5.0, 10.0, date(2024, 6, 4))
    assert (row.symbol, row.received, row.projected, row.rate, row.rate_on_cost) == ("KO", 5.0, 10.0, 0.01, 0.0125)
    assert page.proposed == 2  # and the one of September


def test_the_calendar_has_the_dividends_of_the_last_year_a_year_later(paying: Portfolio) -> None:
    page = income(paying)

    assert [(month.first, month.total) for month in page.calendar] == [
        (date(2024, 9, 1), 5.0),
        (date(2025, 3, 1), 5.0),
    ]
    assert page.rows[0].following == page.calendar[0].payments[0]
    assert [(one.date, one.symbol, one.kind) for one in page.lately] == [
        (date(2024, 3, 20), "KO", "dividend"),
        (date(2023, 2, 1), "", "interest"),
    ]


def test_bars_are_years_with_any_and_months_around_today(paying: Portfolio) -> None:
    page = income(paying)
    assert page.years is not None
    assert page.months is not None

    months = [(column.bar.label, column.bar.note, column.bar.value, column.bar.faint) for column in page.months.columns]
    assert [(column.bar.label, column.bar.value) for column in page.years.columns] == [("2023", 3.0), ("2024", 5.0)]
    assert (len(months), months[0][:2], months[-1][:2]) == (24, ("Jul", "2023"), ("Jun", "2025"))
    assert [month for month in months if month[2]] == [
        ("Mar", "2024", 5.0, False), ("Sep", "2024", 5.0, True), ("Mar", "2025", 5.0, True),
    ]  # fmt: skip


def test_without_figures_there_is_nothing_to_show(portfolio: Portfolio) -> None:
    before = income(portfolio)
    typed(portfolio, Kind.BUY, "2024-06-03", listed("KO"), "1", price="1")
    rebuilt(portfolio)

    assert (before.is_empty, before.as_of, income(portfolio).is_empty) == (True, None, True)
