"""Numbers as people read them: money, percentages, quantities, ages."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Context, Decimal

Number = Decimal | float | int

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF\u202f", "CAD": "CA$", "AUD": "A$", "INR": "₹"}
WITHOUT_CENTS = {"JPY", "KRW"}
MINUS = "−"
NARROW_SPACE = "\u202f"
NOTHING = "n/a"
UNREADABLE = Decimal(10_000)  # as a fraction: a day's gain, annualised, may have hundreds of digits
WIDE = Context(prec=400)  # digits: any float is rounded, never refused


def money(value: Number | None, currency: str, *, signed: bool = False, cents: bool = True) -> str:
    """1234.5, USD → $1,234.50; pence stay pence: 71.2, GBp → 71.20p."""
    digits = 2 if cents and currency not in WITHOUT_CENTS else 0
    rounded = _rounded(value, digits)
    if rounded is None:
        return NOTHING
    front, back = ("", "p") if currency == "GBp" else (SIGNS.get(currency, currency + NARROW_SPACE), "")
    return f"{sign(rounded, signed=signed)}{front}{rounded.copy_abs():,f}{back}"


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
        return NOTHING
    if fraction >= UNREADABLE:
        return "> 999,999%"
    return f"{sign(fraction, signed=signed)}{fraction.copy_abs().scaleb(2, context=WIDE):,f}%"


def quantity(value: Number | None) -> str:
    """12.500000 → 12.5; at most eight decimals."""
    rounded = _rounded(value, 8)
    if rounded is None:
        return NOTHING
    text = f"{rounded.copy_abs():,.8f}".rstrip("0").rstrip(".")
    return f"{sign(rounded, signed=False)}{text}"


def words(name: str) -> str:
    """return_of_capital → Return of capital."""
    return name.replace("_", " ").capitalize()


def age(span: timedelta) -> str:
    """As one looks at a clock: 2 min, 3 h 05 min, 4 days."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:  # noqa: PLR2004 — minutes of an hour
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:  # noqa: PLR2004 — hours of a day
        return f"{hours} h {minutes:02d} min"
    days = hours // 24
    return f"{days} day{'s' if days > 1 else ''}"


def day_and_time(moment: datetime) -> str:
    """Fri 20 Nov, 16:00 — in the moment's own time zone."""
    return f"{moment:%a} {moment.day} {moment:%b}, {moment:%H:%M}"
