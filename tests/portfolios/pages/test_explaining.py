from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override

from portfolios.accounting.entries import Kind
from portfolios.figures import FIGURES, HOLDING, PAGE
from portfolios.models import Portfolio
from portfolios.pages.explaining import ALIASES, explained
from stocktracker.formats import STYLES, written_as
from tests.portfolios.given import NOW, bars, listed, quote, rebuilt, sessions, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(portfolio: Portfolio) -> Portfolio:
    """10 AAPL for 1,000, quoted at 120 after 115; a dividend of 8."""
    sessions()
    apple, portfolio.benchmark = listed("AAPL"), listed("SPY")
    bars(apple, {"2024-06-03": 100.0, "2024-06-04": 110.0})
    bars(portfolio.benchmark, {"2024-06-03": 400.0, "2024-06-04": 404.0})
    quote(apple, "120", "115")
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "10", price="100")
    typed(portfolio, Kind.DIVIDEND, "2024-06-04", apple, amount="8")
    rebuilt(portfolio)
    return Portfolio.objects.select_related("benchmark", "snapshot").get(pk=portfolio.pk)


def test_every_figure_of_every_page_can_be_explained(lived: Portfolio) -> None:
    names = [*FIGURES, *PAGE, *ALIASES, *(f"AAPL.{name}" for name in HOLDING)]

    told = {name: explained(lived, name, NOW) for name in names}

    assert [name for name, one in told.items() if one is None] == []
    assert [name for name, one in told.items() if one and ("{" in one.formula or "{" in one.definition)] == []
    assert all(one.title and one.definition and one.result for one in told.values() if one)


def test_a_total_is_what_is_held_at_the_latest_prices(lived: Portfolio) -> None:
    told = explained(lived, "total", NOW)

    assert told is not None
    assert (told.result, told.formula) == ("$1,200.00", "10 AAPL")
    assert [(row.title, row.text) for row in told.inputs] == [("AAPL", "$1,200.00")]
    (price,) = told.prices
    assert (price.text, price.at, price.freshness, price.estimated) == ("$120.00", NOW, "fresh", False)
    change = explained(lived, "day_change", NOW)
    assert change is not None
    assert change.result == "+$50.00"


def test_a_figure_of_the_report_has_its_numbers_in_its_formula(lived: Portfolio) -> None:
    told = explained(lived, "gain", NOW)

    assert told is not None
    assert told.result == "$108.00"
    assert told.formula == "0 + 100 + 8 − 0 − 0 + 0"
    assert told.period == ("2024-06-02", "2024-06-04")
    assert [(price.symbol, price.text, price.day) for price in told.prices] == [("AAPL", "110", "2024-06-04")]


def test_the_reader_has_it_in_his_own_numbers_and_hidden_where_he_wants(lived: Portfolio) -> None:
    with written_as(STYLES["de"]):
        german = explained(lived, "total", NOW)
    with written_as(replace(STYLES["en"], private=True)):
        hidden = explained(lived, "gain", NOW)

    assert german is not None
    assert german.result == "1.200,00\u00a0$"
    assert hidden is not None
    assert hidden.result == "•••"
    assert not any(digit in hidden.formula for digit in "123456789")


def test_an_exchange_rate_is_a_number_and_no_yield(portfolio: Portfolio) -> None:
    sessions()
    share, euro = listed("SAP.DE", "EUR"), listed("EURUSD=X")
    bars(share, {"2024-06-03": 100.0, "2024-06-04": 110.0})
    bars(euro, {"2024-06-03": 1.1, "2024-06-04": 1.25})
    typed(portfolio, Kind.BUY, "2024-06-03", share, "10", price="100")
    rebuilt(portfolio)

    told, whole = explained(portfolio, "SAP.DE.value", NOW), explained(portfolio, "value_end", NOW)

    assert told is not None
    assert told.formula == "10 × 110 × 1 × 1.25"
    assert [(row.title, row.text) for row in told.inputs][-1] == ("Rate", "1.25")
    assert whole is not None
    assert whole.formula == "10 SAP.DE × 110 × 1.25"


def test_income_of_twelve_months_names_its_first_day(lived: Portfolio) -> None:
    told, projected = explained(lived, "income_year", NOW), explained(lived, "rate_on_cost", NOW)

    assert told is not None
    assert (told.result, "5 Jun 2023" in told.formula) == ("$8.00", True)
    assert projected is not None
    assert [row.text for row in projected.inputs] == ["$8.00", "$1,000.00"]


@pytest.mark.parametrize("name", ["nonsense", "IBM.value", "AAPL.nonsense", "."])
def test_what_nobody_knows_has_no_explanation(lived: Portfolio, name: str) -> None:
    assert explained(lived, name, NOW) is None


def test_before_the_first_figures_nothing_is_explained(portfolio: Portfolio) -> None:
    assert explained(portfolio, "total", NOW) is None


def test_it_is_said_in_the_readers_language(lived: Portfolio) -> None:
    with override("de"):
        told = explained(lived, "total", NOW)

    assert told is not None
    assert told.title == "Gesamtwert"
    assert Decimal(lived.holdings.get().quantity) == 10
