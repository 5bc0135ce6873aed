"""Reads of how a ledger was changed: what each change did, and why it cannot be taken back, if so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolios.models import Change, Portfolio
from portfolios.recorded import DECIMALS, Row, rows_of
from pricing.models import Instrument
from stocktracker import formats

LISTED = 100
NAMED = 3  # rows of one change that are told one by one
NAMES = ("date", "kind", "instrument_id", *DECIMALS, "currency", "account", "note", "external_id")
LABELS = {"instrument_id": "symbol", "fx_rate": "exchange_rate"}  # where the field is called otherwise


@dataclass(frozen=True, slots=True)
class ChangeRow:
    change: Change
    told: list[str]
    why_not: str  # it cannot be taken back; empty: it can


def changes(portfolio: Portfolio) -> list[ChangeRow]:
    """The latest first. Three queries."""
    rows = portfolio.changes.select_related("user", "batch").annotate(left=Count("batch__transactions"))
    latest = list(rows.order_by("-pk")[:LISTED])
    touched = [row for change in latest if not change.batch for row in (*change.before, *change.after)]
    now = {row["id"]: row for row in rows_of(portfolio, {row["id"] for row in touched})}
    symbols = dict(Instrument.objects.filter(pk__in={r["instrument_id"] for r in touched}).values_list("pk", "symbol"))
    return [ChangeRow(change, list(_told(change, symbols)), _why_not(change, now)) for change in latest]


def _why_not(change: Change, now: Mapping[int, Row]) -> str:
    """As far as a list can tell: whoever asks for it is told exactly."""
    if change.undone_at:
        return _("undone")
    if change.batch:
        same = [getattr(change, "left", 0)] == [row["rows"] for row in change.after]
    else:
        numbers = {row["id"] for row in (*change.before, *change.after)}
        same = sorted((now[pk] for pk in numbers if pk in now), key=lambda row: int(row["id"])) == change.after
    return "" if same else _("changed again since")


def _told(change: Change, symbols: Mapping[int, str]) -> Iterator[str]:
    if change.batch:
        count = sum(row["rows"] for row in change.after)
        told = ngettext("%(count)d transaction of %(file)s", "%(count)d transactions of %(file)s", count)
        yield told % {"count": count, "file": change.batch.filename}
        return
    rows = change.after or change.before
    yield from (_row(row, symbols) for row in rows[:NAMED])
    if more := len(rows[NAMED:]):
        yield _("and %(count)d more") % {"count": more}
    for old, new in zip(change.before, change.after, strict=False):
        yield from _differences(old, new, symbols)


def _row(row: Row, symbols: Mapping[int, str]) -> str:
    shown = (row["date"], formats.words(row["kind"]), _value("quantity", row["quantity"], symbols))
    return " ".join(part for part in (*shown, symbols.get(row["instrument_id"], "")) if part)


def _differences(old: Row, new: Row, symbols: Mapping[int, str]) -> Iterator[str]:
    for name in NAMES:
        if old.get(name) != new.get(name):  # a field may be younger than the change
            was, became = (_value(name, row.get(name), symbols) or _("nothing") for row in (old, new))
            yield f"{formats.words(LABELS.get(name, name))}: {was} → {became}"


def _value(name: str, value: str | int | None, symbols: Mapping[int, str]) -> str:
    """As a reader sees it: quantities and amounts are hidden where he wants that."""
    if value in (None, ""):
        return ""
    if name == "instrument_id":
        return symbols.get(int(value or 0), "?")
    if name == "kind":
        return formats.words(str(value))
    return formats.quantity(Decimal(str(value))) if name in DECIMALS else str(value)
