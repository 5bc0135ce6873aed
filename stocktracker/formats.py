"""How numbers are written, in one place and in the reader's own way: money, percentages, quantities, ages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

Number = Decimal | float | int

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF\u202f", "CAD": "CA$", "AUD": "A$", "INR": "₹"}
WITHOUT_CENTS = {"JPY", "KRW"}
MINUS = "−"
NARROW_SPACE = "\u202f"
HIDDEN = "•••"
UNREADABLE = Decimal(10_000)  # as a fraction: a day's gain, annualised, may have hundreds of digits
WIDE = Context(prec=400)  # digits: any float is rounded, never refused


@dataclass(frozen=True, slots=True)
class Style:
    """How one reader wants numbers written."""

    locale: str  # how a browser calls it
    group: str = ","
    point: str = "."
    behind: bool = False  # the currency, and a space before a percent sign
    private: bool = False  # amounts are hidden, percentages are not


STYLES = {
    "en": Style("en-US"),
    "de": Style("de-DE", ".", ",", behind=True),
    "fr": Style("fr-FR", NARROW_SPACE, ",", behind=True),
    "ch": Style("de-CH", "’"),
}
_style: ContextVar[Style] = ContextVar("style", default=STYLES["en"])


def style() -> Style:
    """Of the reader the page is made for."""
    return _style.get()


@contextmanager
def written_as(wanted: Style) -> Iterator[None]:
    token = _style.set(wanted)
    try:
        yield
    finally:
        _style.reset(token)


def open_to_all(wanted: Style) -> Style:
    """The same, with nothing hidden."""
    return replace(wanted, private=False)


def nothing() -> str:
    """What is written where there is no number."""
    return gettext("n/a")


def plain(value: Number, digits: int | None = None) -> str:
    """1234.5 → 1,234.5 in the reader's separators; `digits`: exactly so many decimals."""
    text = f"{value:,f}" if digits is None else f"{value:,.{digits}f}"
    return separated(text)


def separated(text: str) -> str:
    """1,234.5 → 1.234,5 where the reader is used to that."""
    own = _style.get()
    if (own.group, own.point) == (",", "."):
        return text
    return text.translate({ord(","): own.group, ord("."): own.point})


def money(value: Number | None, currency: str, *, signed: bool = False, cents: bool = True) -> str:
    """An amount. 1234.5, USD → $1,234.50; hidden from who looks over the reader's shoulder, if he wants that."""
    if _style.get().private and value is not None:
        return HIDDEN
    return price(value, currency, signed=signed, cents=cents)


def price(value: Number | None, currency: str, *, signed: bool = False, cents: bool = True) -> str:
    """What everybody may see. Pence stay pence: 71.2, GBp → 71.20p."""
    digits = 2 if cents and currency not in WITHOUT_CENTS else 0
    rounded = _rounded(value, digits)
    if rounded is None:
        return nothing()
    number = separated(f"{rounded.copy_abs():,f}")
    leading = sign(rounded, signed=signed)
    if currency == "GBp":
        return f"{leading}{number}p"
    if _style.get().behind:
        return f"{leading}{number}\u00a0{SIGNS.get(currency, currency).rstrip(NARROW_SPACE)}"
    return f"{leading}{SIGNS.get(currency, currency + NARROW_SPACE)}{number}"


def _rounded(value: Number | None, digits: int) -> Decimal | None:
    """To so many decimals, half to even; None for what is no number (missing, infinite, NaN)."""
    number = Decimal("NaN") if value is None else Decimal(str(value))
    return number.quantize(Decimal(1).scaleb(-digits), context=WIDE) if number.is_finite() else None


def sign(value: Number, *, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def percent(value: Number | None, digits: int = 2, *, signed: bool = True) -> str:
    """0.0033 → +0.33%. What nobody could read any more is a bound: > 999,999%."""
    fraction = _rounded(value, digits + 2)
    if fraction is None:
        return nothing()
    mark = f"{NARROW_SPACE}%" if _style.get().behind else "%"
    if fraction >= UNREADABLE:
        return separated("> 999,999") + mark
    return sign(fraction, signed=signed) + separated(f"{fraction.copy_abs().scaleb(2, context=WIDE):,f}") + mark


def quantity(value: Number | None) -> str:
    """12.500000 → 12.5; at most eight decimals. Hidden with the amounts, which it would give away."""
    rounded = _rounded(value, 8)
    if rounded is None:
        return nothing()
    if _style.get().private:
        return HIDDEN
    text = f"{rounded.copy_abs():,.8f}".rstrip("0").rstrip(".")
    return f"{sign(rounded, signed=False)}{separated(text)}"


def words(name: str) -> str:
    """return_of_capital → Return of capital, in the reader's language."""
    return gettext(name.replace("_", " ").capitalize())


def age(span: timedelta) -> str:
    """As one looks at a clock: 2 min, 3 h 05 min, 4 days."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 60:  # noqa: PLR2004 — minutes of an hour
        return gettext("%(minutes)d min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:  # noqa: PLR2004 — hours of a day
        return gettext("%(hours)d h %(minutes)s min") % {"hours": hours, "minutes": f"{minutes:02d}"}
    days = hours // 24
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def day_and_time(value: datetime) -> str:
    """Fri 20 Nov, 16:00 — in the moment's own time zone."""
    return f"{date_format(value, 'D')} {moment(value)}"


def day(value: date) -> str:
    """20 Nov 2026; 20. Nov. 2026."""
    return date_format(value, "j. N Y" if _german() else "j M Y")


def short_day(value: date) -> str:
    """20 Nov; 20. Nov."""
    return date_format(value, "j. N" if _german() else "j M")


def moment(value: datetime) -> str:
    """20 Nov, 16:00; 20. Nov., 16:00 — in the moment's own time zone."""
    return f"{short_day(value)}, {value:%H:%M}"


def month(value: date) -> str:
    """Nov 2026."""
    return date_format(value, "M Y")


def _german() -> bool:
    return (get_language() or "").startswith("de")
