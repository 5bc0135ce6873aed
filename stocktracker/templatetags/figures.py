"""Template filters: numbers and dates in the product's one spelling."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template

from stocktracker import formats, sentences
from stocktracker.formats import Number

register = template.Library()


@register.filter
def money(value: Number | None, currency: str) -> str:
    return formats.money(value, currency)


@register.filter
def price(value: Number | None, currency: str) -> str:
    """Of one share: never hidden."""
    return formats.price(value, currency)


@register.filter
def signed_price(value: Number | None, currency: str) -> str:
    return formats.price(value, currency, signed=True)


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
def number(value: Number | None, digits: int = 2) -> str:
    """A plain one, with so many decimals."""
    return formats.nothing() if value is None else formats.plain(value, digits)


@register.filter(expects_localtime=True)
def day(value: date | str | None) -> str:
    """20 Nov 2026, in the reader's language; text as JSON keeps days is read first."""
    return formats.day(_read(value)) if value else ""


@register.filter(expects_localtime=True)
def short_day(value: date | str | None) -> str:
    return formats.short_day(_read(value)) if value else ""


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """20 Nov, 16:00, in the reader's language; nothing for None."""
    return formats.moment(value) if value else ""


@register.filter
def said(text: object) -> str:
    """A sentence of a calculation, in the reader's language."""
    return sentences.said(text)


@register.filter
def month(value: date | str | None) -> str:
    return formats.month(_read(value)) if value else ""


def _read(value: date | str) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


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
    return text.partition(formats.style().point)[0]


@register.filter
def cents(text: str) -> str:
    """With its point, and what stands behind it."""
    whole, point, rest = text.partition(formats.style().point)
    return f"{point}{rest}" if whole else ""


@register.filter
def absolute(value: Decimal) -> Decimal:
    return abs(value)


@register.filter
def bar_width(value: Number | None, full: int) -> int:
    """A fraction as so many units of `full`; less than nothing is no bar."""
    return round(min(Decimal(1), max(Decimal(0), Decimal(str(value or 0)))) * full)
