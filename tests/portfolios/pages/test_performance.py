import pytest

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.performance import performance
from tests.portfolios.given import bars, listed, rebuilt, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(portfolio: Portfolio) -> Portfolio:
    """Two shares over fourteen months; one of two accounts; a benchmark that rose by a tenth."""
    up, down, portfolio.benchmark = listed("UP"), listed("DOWN"), listed("SPY")
    days = ["2023-04-03", "2023-05-01", "2023-12-29", "2024-01-02", "2024-06-03", "2024-06-04"]
    bars(up, dict(zip(days, [100, 90, 120, 130, 150, 150], strict=True)))
    bars(down, dict(zip(days, [100, 100, 90, 80, 80, 80], strict=True)))
    bars(portfolio.benchmark, dict(zip(days, [400, 400, 420, 430, 440, 440], strict=True)))
    typed(portfolio, Kind.BUY, "2023-04-03", up, "1", price="100", account="Broker")
    typed(portfolio, Kind.BUY, "2023-04-03", down, "1", price="100")
    rebuilt(portfolio)
    return Portfolio.objects.select_related("snapshot").get(pk=portfolio.pk)


def test_before_the_first_figures_there_is_no_page(portfolio: Portfolio) -> None:
    assert performance(portfolio) is None


def test_periods_years_and_months_agree(lived: Portfolio) -> None:
    page = performance(lived)

    assert page is not None
    assert [name for name, _ in page.years] == ["2024", "2023"]
    assert page.periods[-1][0] == "Max"
    assert page.periods[-1][1]["gain"] == pytest.approx(30)
    assert sum(year["gain"] for _, year in page.years) == pytest.approx(30)
    assert [year.year for year in page.months.years] == [2024, 2023]
    assert page.months.years[0].whole.value == dict(page.years)["2024"]["twr"]
    assert {name for name, _ in page.ranges} <= {"1M", "3M", "YTD", "1Y", "5Y", "10Y", "Max"}


def test_what_moved_the_return_most_comes_first_and_all_of_it_is_there(lived: Portfolio) -> None:
    page = performance(lived)

    assert page is not None
    assert [row.bar.label for row in page.contributions] == ["UP", "DOWN"]
    assert sum(float(row.bar.value) for row in page.contributions) == pytest.approx(page.report["twr"])
    assert page.further == 0


def test_a_benchmark_says_who_is_ahead_and_what_your_money_would_be_there(lived: Portfolio) -> None:
    page = performance(lived)

    assert page is not None
    (spy,) = page.benchmarks
    assert spy.symbol == "SPY"
    assert spy.in_fund == pytest.approx(220)
    assert spy.more == pytest.approx(230 - 220)
    assert spy.ahead == pytest.approx(page.report["twr_annualised"] - spy.figures["twr_annualised"])


def test_risk_drops_and_accounts_are_those_of_the_report(lived: Portfolio) -> None:
    page = performance(lived)

    assert page is not None
    assert dict(page.risk)["max_drawdown"] == page.falls[0]["depth"] < 0
    assert set(page.accounts) == {"", "Broker"}
    assert dict(page.against)["beta"] == page.report["beta"]
