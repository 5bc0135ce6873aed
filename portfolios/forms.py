"""Forms of the portfolios app: a transaction, a file to import, a portfolio and its settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from pricing.market.currencies import major
from pricing.models import Instrument
from pricing.services.instruments import SYMBOL
from stocktracker.formats import words

from .accounting.entries import (
    NEEDS_INSTRUMENT,
    NEEDS_QUANTITY,
    TAKES_INSTRUMENT,
    TRADES,
    TRANSFERS,
    Kind,
    as_quoted,
    latest_date,
    plain,
)
from .accounting.importers.native import FIRST_YEAR, PLACES, limit_of, missing_part, too_large
from .dependencies import benchmarks_of
from .models import Portfolio, Transaction
from .services.imports import LARGEST_FILE
from .services.instruments import foreign
from .services.portfolios import Settings

LABELS = {kind: words(kind) for kind in Kind}
HELP = {
    Kind.BUY: "Fee and tax come on top of quantity × price.",
    Kind.SELL: "Fee and tax are taken off quantity × price. Name the account that holds the shares.",
    Kind.DIVIDEND: "Of all shares together, before fee and tax; below zero if it was taken back.",
    Kind.INTEREST: "Before fee and tax; below zero if it was charged.",
    Kind.FEE: "A cost that belongs to no trade; below zero for a refund. A symbol says what it was for.",
    Kind.TAX: "A tax that belongs to no trade; below zero for a refund. A symbol says what it was for.",
    Kind.DEPOSIT: "Money put in, before fee and tax.",
    Kind.WITHDRAWAL: "Money taken out; fee and tax come on top.",
    Kind.TRANSFER_IN: "Shares (symbol and quantity) or money (amount) that arrive: from another account, if that has a "
    "transfer out of as much on this day, else from outside. Price: what they count as; empty: the market's.",
    Kind.TRANSFER_OUT: "Shares (symbol and quantity) or money (amount) that leave: to another account, if that has a "
    "transfer in of as much on this day, else to outside. Price: what they count as; empty: the market's.",
    Kind.SPLIT: "The quantity is how many new shares one old share became: 4 for a 4:1 split. Only for splits the "
    "price source does not know.",
    Kind.RETURN_OF_CAPITAL: "Money paid back of what the shares cost, before fee and tax: it lowers their cost basis.",
}
MORE_BENCHMARKS = 3
PERCENT = Decimal(100)


class SymbolInput(forms.TextInput):
    """A text field under which symbols are suggested; without JavaScript it is a text field."""

    template_name = "portfolios/widgets/symbol.html"

    def __init__(self) -> None:
        asks = {"hx-get": reverse_lazy("symbols"), "hx-trigger": "input changed delay:300ms"}
        takes = {"hx-target": "#symbol-suggestions", "hx-swap": "outerHTML", "hx-sync": "this:replace"}
        typed = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        aria = {
            "role": "combobox",
            "aria-autocomplete": "list",
            "aria-controls": "symbol-list",
            "aria-expanded": "false",
        }
        super().__init__(asks | takes | typed | aria)


class TransactionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    symbol = forms.CharField(
        required=False, max_length=32, widget=SymbolInput,
        help_text="A name, or the ticker as Yahoo writes it: AAPL, VOD.L, SAP.DE, BTC-USD",
    )  # fmt: skip

    class Meta:
        model = Transaction
        fields = [
            "kind", "date", "symbol", "quantity", "price", "amount", "fee", "tax", "currency", "fx_rate", "account",
            "note",
        ]  # fmt: skip
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.TextInput(),
            "account": forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, label) for kind, label in LABELS.items()]  # type: ignore[attr-defined]  # it is a choice field
        self.fields["fee"].required = self.fields["tax"].required = False
        if self.instance.instrument:
            self.initial["symbol"] = self.instance.instrument.symbol
        for name in ("quantity", "price", "amount", "fee", "tax", "fx_rate"):
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "step": "any"}
            if name != "amount":  # interest may be charged, a fee refunded
                self.fields[name].widget.attrs["min"] = "0"
            if (value := self.initial.get(name)) is not None:
                self.initial[name] = f"{Decimal(value).normalize():f}" if value or name == "price" else ""

    def clean_symbol(self) -> str:
        return _symbol(self.cleaned_data["symbol"], self.instance.portfolio)

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if day > latest_date(timezone.now()):
            raise forms.ValidationError("This date is in the future.")
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(f"This date is before {FIRST_YEAR}.")
        return day

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if currency and not _is_code(currency):
            raise forms.ValidationError("Write a currency's three letters, like USD.")
        return as_quoted(currency)

    def clean_quantity(self) -> Decimal | None:
        return self.cleaned_data["quantity"] or None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["fee"], data["tax"] = data.get("fee") or 0, data.get("tax") or 0
        kind = Kind(data["kind"]) if data.get("kind") else None
        if kind is None or self.errors:
            return data
        if problem := missing_part(kind, data["symbol"], data["quantity"], data["price"], data["amount"]):
            self.add_error(_field(kind, data), problem[0].upper() + problem[1:])
        elif problem := too_large(data["quantity"], data["price"], data["amount"], data["fx_rate"]):
            self.add_error(None, f"This {problem}")
        for name in PLACES:
            if abs(data.get(name) or 0) >= limit_of(name):
                self.add_error(name, f"This must be below {limit_of(name):,.0f}.")
        if kind not in TAKES_INSTRUMENT:
            data["symbol"] = ""
        return data


def _field(kind: Kind, data: dict[str, Any]) -> str:
    """Where the missing part is asked for."""
    if kind in NEEDS_INSTRUMENT and not data["symbol"]:
        return "symbol"
    if kind in NEEDS_QUANTITY | (TRANSFERS if data["symbol"] else frozenset()) and not data["quantity"]:
        return "quantity"
    return "price" if kind in TRADES else "amount"


def _symbol(text: str, portfolio: Portfolio) -> str:
    """As typed for this portfolio, in capitals; what somebody else entered for himself is nobody else's to name."""
    symbol = text.strip().upper()
    if symbol and not SYMBOL.fullmatch(symbol):
        raise forms.ValidationError("Write a ticker like AAPL, VOD.L or BTC-USD.")
    if symbol and (told := foreign([symbol], portfolio.owner_id)):
        raise forms.ValidationError(told[symbol])
    return symbol


def _is_code(currency: str) -> bool:
    """Whether it looks like ISO 4217's, or like GBp."""
    return len(currency) == 3 and currency.isascii() and currency.isalpha()  # noqa: PLR2004 — letters


class UploadForm(forms.Form):
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(f"This file is larger than {LARGEST_FILE // 2**20} MB. Split it.")
        return file


class PortfolioForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Portfolio
        fields = ["name", "base_currency", "tracks_cash", "allow_short"]
        labels = {"tracks_cash": "I enter deposits and withdrawals", "allow_short": "I sell short"}
        help_texts = {
            "base_currency": "Totals are shown in it: USD, EUR, GBP …",
            "tracks_cash": "Otherwise every purchase counts as money put in, and every sale as money taken out.",
            "allow_short": "Otherwise selling more than is held is refused as a mistake.",
        }

    def clean_base_currency(self) -> str:
        currency: str = self.cleaned_data["base_currency"].upper()
        if not _is_code(currency) or currency != major(currency):
            raise forms.ValidationError("Write a currency's three letters, like USD.")
        return currency


class SettingsForm(PortfolioForm):
    benchmark = forms.CharField(
        label="Benchmark", required=False, max_length=32, help_text="A ticker: what the dashboard compares with."
    )
    more_benchmarks = forms.CharField(
        label="More benchmarks", required=False, max_length=140, help_text="Up to three tickers: ^GSPC, IWDA.AS"
    )
    risk_free = forms.DecimalField(
        label="Risk-free rate, % a year", min_value=-10, max_value=50, decimal_places=2,
        help_text="Sharpe, Sortino and alpha measure what is above it.",
    )  # fmt: skip
    inflation = forms.DecimalField(
        label="Inflation, % a year", required=False, min_value=-20, max_value=99, decimal_places=2,
        help_text="Empty: returns are not adjusted for it.",
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

    @property
    def unknown(self) -> list[str]:
        """Symbols of funds the price source does not know."""
        return [fund.symbol for fund in self.funds if fund.status == Instrument.Status.UNKNOWN]

    @property
    def settings(self) -> Settings:
        """Of a valid form."""
        return Settings(**self.cleaned_data)

    def clean_benchmark(self) -> str:
        return _symbol(self.cleaned_data["benchmark"], self.instance)

    def clean_more_benchmarks(self) -> tuple[str, ...]:
        """In order, each once, without the one of the dashboard."""
        typed = self.cleaned_data["more_benchmarks"].replace(",", " ").replace(";", " ").split()
        symbols = dict.fromkeys(_symbol(text, self.instance) for text in typed)
        symbols.pop(self.cleaned_data.get("benchmark") or "", None)
        if len(symbols) > MORE_BENCHMARKS:
            raise forms.ValidationError("Name no more than three.")
        return tuple(symbols)

    def clean_risk_free(self) -> Decimal:
        return Decimal(self.cleaned_data["risk_free"]) / PERCENT

    def clean_inflation(self) -> Decimal | None:
        rate = self.cleaned_data["inflation"]
        return None if rate is None else rate / PERCENT
