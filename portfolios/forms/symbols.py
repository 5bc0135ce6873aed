"""Symbols and currencies as people type them, and the field that suggests them."""

from __future__ import annotations

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from portfolios.models import Portfolio
from portfolios.services.instruments import foreign
from pricing.market.symbols import SYMBOL
from stocktracker.sentences import said

LETTERS = 3  # of a currency


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


def symbol_of(text: str, portfolio: Portfolio) -> str:
    """As typed for this portfolio, in capitals; what somebody else entered for himself is nobody else's to name."""
    symbol = text.strip().upper()
    if symbol and not SYMBOL.fullmatch(symbol):
        raise forms.ValidationError(_("Write a ticker like AAPL, VOD.L or BTC-USD."))
    if symbol and (told := foreign([symbol], portfolio.owner_id)):
        raise forms.ValidationError(said(told[symbol]))
    return symbol


def is_code(currency: str) -> bool:
    """Whether it looks like ISO 4217's, or like GBp."""
    return len(currency) == LETTERS and currency.isascii() and currency.isalpha()
