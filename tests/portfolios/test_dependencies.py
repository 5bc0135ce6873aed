import pytest
from django.contrib.auth.models import User

from portfolios.accounting.entries import Kind
from portfolios.dependencies import dependents, instruments_of, prices_revision, rate_symbols
from portfolios.models import Portfolio
from pricing.models import Instrument
from tests.portfolios.given import listed, typed

pytestmark = pytest.mark.django_db


def touched(instrument: Instrument) -> None:
    """As after new bars."""
    instrument.revision += 1
    instrument.save()


@pytest.fixture
def worldly(user: User) -> tuple[Portfolio, dict[str, Instrument]]:
    """In dollars: euro cash, a share in pence that was sold, and a yen fund to compare with; with all their rates."""
    rows = {
        symbol: listed(symbol, currency)
        for symbol, currency in {
            "VOD.L": "GBp", "1306.T": "JPY", "EURUSD=X": "USD", "GBPUSD=X": "USD", "JPYUSD=X": "USD", "CHFUSD=X": "USD",
            "AAPL": "USD",
        }.items()
    }  # fmt: skip
    portfolio = Portfolio.objects.create(owner=user, name="World", base_currency="USD", benchmark=rows["1306.T"])
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="100", currency="EUR")
    typed(portfolio, Kind.BUY, "2024-01-02", rows["VOD.L"], "1", price="100")
    typed(portfolio, Kind.SELL, "2024-01-03", rows["VOD.L"], "1", price="100")
    return portfolio, rows


def test_every_foreign_currency_has_a_rate() -> None:
    assert rate_symbols(["GBp", "USD", "", "EUR"], "USD") == {"GBP": "GBPUSD=X", "EUR": "EURUSD=X"}


def test_figures_depend_on_what_was_traded_on_every_benchmark_and_on_their_rates(
    worldly: tuple[Portfolio, dict[str, Instrument]],
) -> None:
    portfolio, _ = worldly
    portfolio.more_benchmarks.add(listed("^SSMI", "CHF"))

    found = instruments_of(portfolio).values_list("symbol", flat=True)

    assert set(found) == {"VOD.L", "1306.T", "^SSMI", "EURUSD=X", "GBPUSD=X", "JPYUSD=X", "CHFUSD=X"}


@pytest.mark.parametrize("symbol", ["VOD.L", "1306.T", "EURUSD=X", "GBPUSD=X", "JPYUSD=X"])
def test_whatever_the_figures_depend_on_raises_the_revision_and_asks_for_a_rebuild(
    worldly: tuple[Portfolio, dict[str, Instrument]], symbol: str
) -> None:
    portfolio, rows = worldly
    before = prices_revision(portfolio)

    touched(rows[symbol])

    assert prices_revision(portfolio) == before + 1
    assert list(dependents([rows[symbol].pk])) == [portfolio]


@pytest.mark.parametrize("symbol", ["CHFUSD=X", "AAPL"])
def test_what_the_figures_do_not_depend_on_is_left_alone(
    worldly: tuple[Portfolio, dict[str, Instrument]], symbol: str
) -> None:
    portfolio, rows = worldly
    before = prices_revision(portfolio)

    touched(rows[symbol])

    assert prices_revision(portfolio) == before
    assert list(dependents([rows[symbol].pk])) == []


def test_the_currency_typed_and_the_security_s_own_both_matter(portfolio: Portfolio) -> None:
    rows = [listed("EURUSD=X"), listed("GBPUSD=X")]
    typed(portfolio, Kind.BUY, "2024-01-02", listed("BP.L", "GBp"), "1", price="1", currency="EUR")

    found = [list(dependents([row.pk])) for row in rows]

    assert found == [[portfolio], [portfolio]]


def test_a_rate_into_another_base_currency_is_nobody_s(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.DEPOSIT, "2024-01-02", amount="1", currency="EUR")

    assert list(dependents([listed("EURGBP=X").pk])) == []


def test_a_portfolio_without_anything_depends_on_nothing(portfolio: Portfolio) -> None:
    assert prices_revision(portfolio) == 0
    assert list(dependents([])) == []
