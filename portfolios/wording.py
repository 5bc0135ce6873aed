"""What pages call things: groups, ways to sort, lines of a statement; in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

STATEMENT = (
    "value_start", "inflows", "outflows", "realised_gain", "unrealised_gain", "income", "fees", "taxes",
    "currency_gain", "value_end",
)  # fmt: skip
SUBTRACTED = {"outflows", "fees", "taxes"}


def dimensions() -> dict[str, str]:
    return {
        "class": _("Class"),
        "sector": _("Sector"),
        "region": _("Region"),
        "currency": _("Currency"),
        "account": _("Account"),
    }


def sorts() -> dict[str, str]:
    return {
        "value": _("by value"),
        "day": _("by day’s change"),
        "gain": _("by gain"),
        "rate": _("by gain in %"),
        "name": _("by symbol"),
    }


def statement(report: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """(figure, title, amount with its sign), in the order in which they add up to the last."""
    titles = {
        "value_start": _("Value at the start"),
        "inflows": _("Money put in"),
        "outflows": _("Money taken out"),
        "realised_gain": _("Realised gains"),
        "unrealised_gain": _("Unrealised gains"),
        "income": _("Income"),
        "fees": _("Fees"),
        "taxes": _("Taxes"),
        "currency_gain": _("Currency gain of cash"),
        "value_end": _("Value at the end"),
    }
    return [(name, titles[name], -report[name] if name in SUBTRACTED else report[name]) for name in STATEMENT]
