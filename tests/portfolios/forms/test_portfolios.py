from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from portfolios.forms.portfolios import PortfolioForm, SettingsForm
from portfolios.models import Portfolio
from portfolios.services.portfolios import Settings
from pricing.models import Instrument

pytestmark = pytest.mark.django_db


def settled(**changes: str) -> SettingsForm:
    portfolio = Portfolio.objects.create(owner=User.objects.create_user("grace"), name="Family")
    return SettingsForm({"name": "Family", "base_currency": "USD", "risk_free": "2"} | changes, instance=portfolio)


def test_settings_are_fractions_and_symbols_each_once() -> None:
    form = settled(benchmark=" spy ", more_benchmarks="^gspc;SPY, iwda.as ^GSPC", inflation="2.5")

    assert form.is_valid(), form.errors
    assert form.settings == Settings(
        "Family", "USD", False, False, "SPY", ("^GSPC", "IWDA.AS"), Decimal("0.02"), Decimal("0.025")
    )


def test_without_a_benchmark_and_inflation_there_is_neither() -> None:
    form = settled()

    assert form.is_valid(), form.errors
    assert (form.settings.benchmark, form.settings.more_benchmarks, form.settings.inflation) == ("", (), None)


def test_a_wrong_benchmark_is_said_beside_it_whatever_else_is_named() -> None:
    form = settled(benchmark="no symbol", more_benchmarks="SPY")

    assert list(form.errors) == ["benchmark"]


def test_funds_the_price_source_does_not_know_are_named() -> None:
    form = settled()
    form.instance.more_benchmarks.add(Instrument.objects.create(symbol="NOSUCH", status=Instrument.Status.UNKNOWN))

    assert SettingsForm(instance=form.instance).unknown == ["NOSUCH"]


@pytest.mark.parametrize("code", ["usd", "EUR", "JPY"])
def test_a_portfolio_has_a_base_currency(code: str) -> None:
    form = PortfolioForm({"name": "Family", "base_currency": code})

    assert form.is_valid()
    assert form.cleaned_data["base_currency"] == code.upper()


@pytest.mark.parametrize("code", ["US", "12€", "äöü", "GBX", "dollar"])
def test_a_base_currency_is_three_letters_and_no_hundredth(code: str) -> None:
    assert "base_currency" in PortfolioForm({"name": "Family", "base_currency": code}).errors
