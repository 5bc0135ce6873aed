"""What people type, as JSON keeps it; what is no number stays text, so that whoever reads the request says so."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from portfolios.accounting.sentences import Sentence
from stocktracker import formats

HUNDRED = 100
DECIMALS = 12
SHOWN_DECIMALS = 10
FALSE = {"", "0", "false", "off"}
GROUPED = re.compile(r"([+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?")
NUMERAL = re.compile(r"(-?\d+(?:\.\d+)?(?:e[+-]\d+)?)( %)?")
AS_TYPED = "text"
BETWEEN_GROUPS = str.maketrans({" ": "", "\u00a0": "", "\u202f": "", "’": "", "'": "", "−": "-"})


def number(text: str) -> float | str | None:
    """1234.5 of «1234.5», «1,234.5» and «1.234,5»; «1.234» as its reader writes numbers; None for nothing."""
    plain = text.translate(BETWEEN_GROUPS)
    if not plain.strip():
        return None
    try:
        return float(_with_point(plain))
    except ValueError:
        return text.strip()


def _with_point(text: str) -> str:
    """As Python reads it; what has signs in no sensible places stays, and so is no number."""
    signs, found = text.count(".") + text.count(","), GROUPED.fullmatch(text)
    if found and (signs > 1 or found[2] == formats.style().group):
        return f"{found[1].replace(found[2], '')}.{found[3] or '0'}"
    return text.replace(",", ".") if signs == 1 else text


def fraction(text: str) -> float | str | None:
    """0.6 of «60»."""
    found = number(text.replace("%", ""))
    return round(found / HUNDRED, DECIMALS) if isinstance(found, float) else found


def flag(text: str) -> bool:
    return text.strip().lower() not in FALSE


def symbols(text: str) -> list[str]:
    """«VTI, BND; VEA» and lines of them."""
    for separator in ";\n\t ":
        text = text.replace(separator, ",")
    return [part for one in text.split(",") if (part := one.strip())]


def shown(value: Any) -> str:
    """As a field is filled with it, and read again: 0.1 + 0.2 is 0.3, 500.0 is 500, 0.5 is «0,5» for whom it is."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, float | int):
        return str(value)
    whole, _, rest = f"{value:.{SHOWN_DECIMALS}f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}{formats.style().point}{rest}" if rest else whole


def told(sentence: Sentence) -> Sentence:
    """With its numbers as its reader writes them; what he typed stays as it was."""
    return Sentence(sentence.template, **{name: _told(name, value) for name, value in sentence.values.items()})


def _told(name: str, value: Any) -> Any:
    found = NUMERAL.fullmatch(value) if isinstance(value, str) and name != AS_TYPED else None
    return f"{formats.plain(Decimal(found[1]))}{found[2] or ''}" if found else value


def percent(value: Any) -> str:
    return shown(value * HUNDRED) if isinstance(value, float | int) else ""
