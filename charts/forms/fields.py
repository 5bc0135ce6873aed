"""Every field a backtest is asked with. None of them judges: charts.backtests.request does, for programs too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST = 400  # characters of a list of symbols
RULES = (1, 2)  # of money: a phase of paying in, then one of taking out

EVERY = [
    ("week", pgettext_lazy("every", "week")),
    ("month", pgettext_lazy("every", "month")),
    ("quarter", pgettext_lazy("every", "quarter")),
    ("year", pgettext_lazy("every", "year")),
]
WAYS = [("", _("nothing further")), ("in", _("put in")), ("out", _("take out"))]
FILLS = [
    ("next_open", _("at the next open")),
    ("next_close", _("at the next close")),
    ("close", _("at the same close")),
]
AVERAGES = [("sma", _("simple (SMA)")), ("ema", _("exponential (EMA)"))]
ENTRIES = [("state", _("whenever it is above")), ("cross", _("only after it was seen crossing"))]
NO_CALENDAR = [("", _("only by the distance"))]


def symbol(label: Any) -> forms.Field:
    attrs = {"list": "known-symbols", "size": 9, "autocomplete": "off", "autocapitalize": "characters",
             "spellcheck": "false", "class": "symbol"}  # fmt: skip
    return forms.CharField(label=label, required=False, max_length=40, widget=forms.TextInput(attrs))


def symbols(label: Any) -> forms.Field:
    attrs = {"size": 34, "autocomplete": "off", "spellcheck": "false", "class": "symbol"}
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=forms.TextInput(attrs))


class NumberInput(forms.TextInput):
    """A text: a browser's own makes 1.23456 of «1.234,56», or nothing, before anybody can say so."""

    def __init__(self, attrs: dict[str, Any]) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | attrs)


def number(label: Any, css: str = "count") -> forms.Field:
    return forms.CharField(label=label, required=False, max_length=24, widget=NumberInput({"class": css}))


def amount(label: Any) -> forms.Field:
    return number(label, "amount")


def day(label: Any, help_text: Any = "") -> forms.Field:
    widget = forms.DateInput({"type": "date", "class": "day"})
    return forms.CharField(label=label, required=False, max_length=24, widget=widget, help_text=help_text)


def choice(label: Any, of: list[tuple[str, Any]]) -> forms.Field:
    """What is none of them is told by whoever reads the request."""
    return forms.CharField(label=label, required=False, max_length=24, widget=forms.Select(choices=of))


def tick(label: Any, help_text: Any = "") -> forms.Field:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


OF_STRATEGY: dict[str, Callable[[], forms.Field]] = {
    "idle": lambda: number(_("Part that stays cash, in percent"), "part"),
    "every": lambda: choice(_("How often"), EVERY),
    "band": lambda: number(_("Distance in percentage points"), "part"),
    "symbol": lambda: symbol(_("Security")),
    "average": lambda: choice(_("Kind of average"), AVERAGES),
    "fast": lambda: number(_("Days of the fast average")),
    "slow": lambda: number(_("Days of the slow average")),
    "entry": lambda: choice(_("When to buy"), ENTRIES),
    "days": lambda: number(_("Days of the RSI")),
    "below": lambda: number(_("Buy below")),
    "above": lambda: number(_("Sell above")),
    "symbols": lambda: symbols(_("Securities to choose from")),
    "top": lambda: number(_("How many are held")),
    "months": lambda: number(_("Months to look back")),
    "skip": lambda: number(_("Months to leave out")),
    "refuge": lambda: symbol(_("Refuge")),
    "portfolio": lambda: choice(_("Portfolio"), []),
    "since": lambda: day(_("Day since which nothing is traded")),
}
OF_ALL: dict[str, Callable[[], forms.Field]] = {
    "cash": lambda: amount(_("Money at the start")),
    "currency": lambda: forms.CharField(
        label=_("Currency"), required=False, max_length=8,
        widget=forms.TextInput({"size": 4, "list": "known-currencies", "autocomplete": "off", "class": "currency"}),
    ),
    "start": lambda: day(_("From"), _("Empty: as long ago as all prices reach.")),
    "end": lambda: day(_("Until"), _("Empty: to the latest close; then it can go on every day.")),
    "benchmark": lambda: symbol(_("Compare with")),
    "cost_rate": lambda: number(_("Cost of an order in percent")),
    "cost_fixed": lambda: amount(_("Fixed cost of an order")),
    "cost_per_share": lambda: amount(_("Cost per share")),
    "cost_minimum": lambda: amount(_("At least, per order")),
    "fill": lambda: choice(_("Orders are filled"), FILLS),
    "risk_free": lambda: number(_("Risk-free rate in percent")),
    "whole_shares": lambda: tick(
        _("Whole shares only"), _("Prices as they were traded; dividends are paid out instead of reinvested.")
    ),
}  # fmt: skip
OF_A_RULE: dict[str, Callable[[], forms.Field]] = {
    "way": lambda: choice(_("What happens"), WAYS),
    "amount": lambda: amount(_("Amount")),
    "every": lambda: choice(_("Every"), EVERY),
    "since": lambda: day(_("From")),
    "until": lambda: day(_("Until")),
    "growth": lambda: number(_("Rises a year by percent")),
}


def of_rules() -> dict[str, forms.Field]:
    """flow1_way, flow1_amount, …"""
    return {f"flow{rule}_{name}": make() for rule in RULES for name, make in OF_A_RULE.items()}


def of_rows(count: int) -> dict[str, forms.Field]:
    """part_0, symbol_0, …"""
    rows: dict[str, forms.Field] = {}
    for row in range(count):
        rows[f"part_{row}"] = number(_("Part in percent"), "part")
        rows[f"symbol_{row}"] = symbol(_("Security"))
    return rows
