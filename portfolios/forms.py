"""Forms of the portfolios app: a transaction, a file to import, a portfolio."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from pricing.market.currencies import major
from pricing.services.instruments import SYMBOL

from .accounting.entries import NEEDS_INSTRUMENT, TAKES_INSTRUMENT, TRADES, Kind, as_quoted, latest_date
from .accounting.importers.native import FIRST_YEAR, missing_part, too_large
from .models import Portfolio, Transaction
from .services.imports import LARGEST_FILE

LABELS = {
    Kind.BUY: "Buy",
    Kind.SELL: "Sell",
    Kind.DIVIDEND: "Dividend",
    Kind.INTEREST: "Interest",
    Kind.FEE: "Fee",
    Kind.TAX: "Tax",
    Kind.DEPOSIT: "Deposit",
    Kind.WITHDRAWAL: "Withdrawal",
    Kind.SPLIT: "Split",
}


class TransactionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    symbol = forms.CharField(
        required=False, max_length=32, help_text="Ticker as Yahoo writes it: AAPL, VOD.L, SAP.DE, BTC-USD"
    )

    class Meta:
        model = Transaction
        fields = [
            "kind", "date", "symbol", "quantity", "price", "amount", "fee", "tax", "currency", "fx_rate", "account",
            "note",
        ]  # fmt: skip
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.TextInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, label) for kind, label in LABELS.items()]  # type: ignore[attr-defined]  # it is a choice field
        self.fields["fee"].required = self.fields["tax"].required = False
        if self.instance.instrument:
            self.initial["symbol"] = self.instance.instrument.symbol
        for name in ("quantity", "price", "amount", "fee", "tax", "fx_rate"):
            self.fields[name].widget.attrs |= {"inputmode": "decimal", "min": "0", "step": "any"}
            if (value := self.initial.get(name)) is not None:
                self.initial[name] = f"{Decimal(value).normalize():f}" if value or name == "price" else ""

    def clean_symbol(self) -> str:
        symbol: str = self.cleaned_data["symbol"].strip().upper()
        if symbol and not SYMBOL.fullmatch(symbol):
            raise forms.ValidationError("Write a ticker like AAPL, VOD.L or BTC-USD.")
        return symbol

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
        if kind not in TAKES_INSTRUMENT:
            data["symbol"] = ""
        return data


def _field(kind: Kind, data: dict[str, Any]) -> str:
    """Where the missing part is asked for."""
    if kind in NEEDS_INSTRUMENT and not data["symbol"]:
        return "symbol"
    if kind in TRADES | {Kind.SPLIT} and not data["quantity"]:
        return "quantity"
    return "price" if kind in TRADES else "amount"


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
        fields = ["name", "base_currency", "tracks_cash"]
        labels = {"tracks_cash": "I enter deposits and withdrawals"}
        help_texts = {
            "base_currency": "Totals are shown in it: USD, EUR, GBP …",
            "tracks_cash": "Otherwise every purchase counts as money put in, and every sale as money taken out.",
        }

    def clean_base_currency(self) -> str:
        currency: str = self.cleaned_data["base_currency"].upper()
        if not _is_code(currency) or currency != major(currency):
            raise forms.ValidationError("Write a currency's three letters, like USD.")
        return currency
