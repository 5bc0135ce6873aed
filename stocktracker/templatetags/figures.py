"""Template filters: numbers and dates in the product's one spelling."""

from __future__ import annotations

from decimal import Decimal

from django import template

from stocktracker import formats
from stocktracker.formats import Number

register = template.Library()


@register.filter
def money(value: Number | None, currency: str) -> str:
    return formats.money(value, currency)


@register.filter
def whole_money(value: Number | None, currency: str) -> str:
    return formats.money(value, currency, cents=False)


@register.filter
def signed_money(value: Number | None, currency: str) -> str:
    return formats.money(value, currency, signed=True)


@register.filter
def signed_whole_money(value: Number | None, currency: str) -> str:
    return formats.money(value, currency, signed=True, cents=False)


@register.filter
def percent(value: Number | None, digits: int = 2) -> str:
    """With its sign: +0.33%."""
    return formats.percent(value, digits)


@register.filter
def share(value: Number | None, digits: int = 1) -> str:
    """Without a sign: 26.2%."""
    return formats.percent(value, digits, signed=False)


@register.filter
def quantity(value: Number | None) -> str:
    return formats.quantity(value)


@register.filter
def words(name: str) -> str:
    return formats.words(name)


@register.filter
def tone(value: Number | None) -> str:
    """The class that colours a gain or a loss; the sign and arrow say it too."""
    if not value:
        return ""
    return "gain" if value > 0 else "loss"


@register.filter
def arrow(value: Number | None) -> str:
    if not value:
        return ""
    return "▲" if value > 0 else "▼"


@register.filter
def before_cents(text: str) -> str:
    return text.partition(".")[0]


@register.filter
def cents(text: str) -> str:
    whole, point, rest = text.partition(".")
    return f"{point}{rest}" if whole else ""


@register.filter
def bar_width(value: Number | None, full: int) -> int:
    """A fraction as so many units of `full`; less than nothing is no bar."""
    return round(min(Decimal(1), max(Decimal(0), Decimal(str(value or 0)))) * full)
