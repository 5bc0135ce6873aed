"""The form of a transaction: which fields a kind needs, and what is wrong with what was typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolios.accounting.completeness import limit_of, missing_part, too_large
from portfolios.accounting.entries import (
    NEEDS_INSTRUMENT,
    NEEDS_QUANTITY,
    TAKES_INSTRUMENT,
    TRADES,
    TRANSFERS,
    Kind,
    as_quoted,
    latest_date,
)
from portfolios.accounting.importers.native import FIRST_YEAR, PLACES
from portfolios.forms.symbols import SymbolInput, is_code, symbol_of
from portfolios.models import Transaction
from stocktracker import formats
from stocktracker.formats import words
from stocktracker.sentences import said

HELP = {
    Kind.BUY: gettext_lazy("Fee and tax come on top of quantity × price."),
    Kind.SELL: gettext_lazy("Fee and tax are taken off quantity × price. Name the account that holds the shares."),
    Kind.DIVIDEND: gettext_lazy("Of all shares together, before fee and tax; below zero if it was taken back."),
    Kind.INTEREST: gettext_lazy("Before fee and tax; below zero if it was charged."),
    Kind.FEE: gettext_lazy("A cost that belongs to no trade; below zero for a refund. A symbol says what it was for."),
    Kind.TAX: gettext_lazy("A tax that belongs to no trade; below zero for a refund. A symbol says what it was for."),
    Kind.DEPOSIT: gettext_lazy("Money put in, before fee and tax."),
    Kind.WITHDRAWAL: gettext_lazy("Money taken out; fee and tax come on top."),
    Kind.TRANSFER_IN: gettext_lazy(
        "Shares (symbol and quantity) or money (amount) that arrive: from another account, if that has a "
        "transfer out of as much on this day, else from outside. Price: what they count as; empty: the market's."
    ),
    Kind.TRANSFER_OUT: gettext_lazy(
        "Shares (symbol and quantity) or money (amount) that leave: to another account, if that has a "
        "transfer in of as much on this day, else to outside. Price: what they count as; empty: the market's."
    ),
    Kind.SPLIT: gettext_lazy(
        "The quantity is how many new shares one old share became: 4 for a 4:1 split. Only for splits the "
        "price source does not know."
    ),
    Kind.RETURN_OF_CAPITAL: gettext_lazy(
        "Money paid back of what the shares cost, before fee and tax: it lowers their cost basis."
    ),
}


class TransactionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    symbol = forms.CharField(
        label=gettext_lazy("Symbol"), required=False, max_length=32, widget=SymbolInput,
        help_text=gettext_lazy("A name, or the ticker as Yahoo writes it: AAPL, VOD.L, SAP.DE, BTC-USD"),
    )  # fmt: skip

    class Meta:
        model = Transaction
        fields = [
            "kind", "date", "symbol", "quantity", "price", "amount", "fee", "tax", "currency", "fx_rate", "account",
            "note",
        ]  # fmt: skip
        labels = {
            "kind": gettext_lazy("Kind"), "date": gettext_lazy("Date"), "quantity": gettext_lazy("Quantity"),
            "price": gettext_lazy("Price"), "amount": gettext_lazy("Amount"), "fee": gettext_lazy("Fee"),
            "tax": gettext_lazy("Tax"), "currency": gettext_lazy("Currency"), "fx_rate": gettext_lazy("Fx rate"),
            "account": gettext_lazy("Account"), "note": gettext_lazy("Note"),
        }  # fmt: skip
        help_texts = {
            "price": gettext_lazy("per share"),
            "currency": gettext_lazy("empty: the instrument's own"),
            "fx_rate": gettext_lazy("base currency for one unit of currency; the broker converted"),
        }
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.TextInput(),
            "account": forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, words(kind)) for kind in Kind]  # type: ignore[attr-defined]  # it is a choice field
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
        return symbol_of(self.cleaned_data["symbol"], self.instance.portfolio)

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if day > latest_date(timezone.now()):
            raise forms.ValidationError(_("This date is in the future."))
        if day.year < FIRST_YEAR:
            raise forms.ValidationError(_("This date is before %(year)s.") % {"year": FIRST_YEAR})
        return day

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if currency and not is_code(currency):
            raise forms.ValidationError(_("Write a currency's three letters, like USD."))
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
            told = said(problem)
            self.add_error(_field(kind, data), told[0].upper() + told[1:])
        elif problem := too_large(data["quantity"], data["price"], data["amount"], data["fx_rate"]):
            self.add_error(None, _("This %(why)s") % {"why": said(problem)})
        for name in PLACES:
            if abs(data.get(name) or 0) >= limit_of(name):
                self.add_error(name, _("This must be below %(limit)s.") % {"limit": formats.plain(limit_of(name), 0)})
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
