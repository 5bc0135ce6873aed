"""A portfolio: made, and its settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolios.accounting.entries import plain
from portfolios.dependencies import benchmarks_of
from portfolios.forms.symbols import is_code, symbol_of
from portfolios.models import Portfolio
from portfolios.services.portfolios import Settings
from pricing.market.currencies import major
from pricing.models import Instrument

MORE_BENCHMARKS = 3
PERCENT = Decimal(100)
OF_A_LEDGER = ("name", "tracks_cash", "allow_short")  # a combined portfolio has none of its own


class PortfolioForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Portfolio
        fields = ["name", "base_currency", "tracks_cash", "allow_short"]
        labels = {
            "name": gettext_lazy("Name"),
            "base_currency": gettext_lazy("Base currency"),
            "tracks_cash": gettext_lazy("I enter deposits and withdrawals"),
            "allow_short": gettext_lazy("I sell short"),
        }
        help_texts = {
            "base_currency": gettext_lazy("Totals are shown in it: USD, EUR, GBP …"),
            "tracks_cash": gettext_lazy(
                "Otherwise every purchase counts as money put in, and every sale as money taken out."
            ),
            "allow_short": gettext_lazy("Otherwise selling more than is held is refused as a mistake."),
        }

    def clean_base_currency(self) -> str:
        currency: str = self.cleaned_data["base_currency"].upper()
        if not is_code(currency) or currency != major(currency):
            raise forms.ValidationError(_("Write a currency's three letters, like USD."))
        return currency


class SettingsForm(PortfolioForm):
    benchmark = forms.CharField(
        label=gettext_lazy("Benchmark"),
        required=False,
        max_length=32,
        help_text=gettext_lazy("A ticker: what the dashboard compares with."),
    )
    more_benchmarks = forms.CharField(
        label=gettext_lazy("More benchmarks"),
        required=False,
        max_length=140,
        help_text=gettext_lazy("Up to three tickers: ^GSPC, IWDA.AS"),
    )
    risk_free = forms.DecimalField(
        label=gettext_lazy("Risk-free rate, % a year"), min_value=-10, max_value=50, decimal_places=2,
        help_text=gettext_lazy("Sharpe, Sortino and alpha measure what is above it."),
    )  # fmt: skip
    inflation = forms.DecimalField(
        label=gettext_lazy("Inflation, % a year"), required=False, min_value=-20, max_value=99, decimal_places=2,
        help_text=gettext_lazy("Empty: returns are not adjusted for it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funds, benchmark = benchmarks_of(self.instance), self.instance.benchmark
        self.initial["benchmark"] = benchmark or ""
        self.initial["more_benchmarks"] = ", ".join(fund.symbol for fund in self.funds if fund != benchmark)
        for name in ("risk_free", "inflation"):
            rate = getattr(self.instance, name)
            self.initial[name] = None if rate is None else plain(rate * PERCENT)
            self.fields[name].widget.attrs |= {"inputmode": "decimal"}
        if self.instance.is_combined:
            for name in OF_A_LEDGER:
                del self.fields[name]

    @property
    def unknown(self) -> list[str]:
        """Symbols of funds the price source does not know."""
        return [fund.symbol for fund in self.funds if fund.status == Instrument.Status.UNKNOWN]

    @property
    def settings(self) -> Settings:
        """Of a valid form."""
        kept = {name: getattr(self.instance, name) for name in OF_A_LEDGER}
        return Settings(**kept | self.cleaned_data)

    def clean_benchmark(self) -> str:
        return symbol_of(self.cleaned_data["benchmark"], self.instance)

    def clean_more_benchmarks(self) -> tuple[str, ...]:
        """In order, each once, without the one of the dashboard."""
        typed = self.cleaned_data["more_benchmarks"].replace(",", " ").replace(";", " ").split()
        symbols = dict.fromkeys(symbol_of(text, self.instance) for text in typed)
        symbols.pop(self.cleaned_data.get("benchmark") or "", None)
        if len(symbols) > MORE_BENCHMARKS:
            raise forms.ValidationError(_("Name no more than three."))
        return tuple(symbols)

    def clean_risk_free(self) -> Decimal:
        return Decimal(self.cleaned_data["risk_free"]) / PERCENT

    def clean_inflation(self) -> Decimal | None:
        rate = self.cleaned_data["inflation"]
        return None if rate is None else rate / PERCENT
