"""Swap one instrument's history in: bars, splits and dividends of one answer together, and nothing good is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import log, prod
from statistics import median

from pricing.market.adjusting import Ratio, shares_since
from pricing.market.bars import records
from pricing.market.sifting import SAME_CLOSE
from pricing.models import PRICE_DECIMALS, Bar, Correction, Dividend, Instrument, Split
from pricing.packed import merge
from pricing.upstream.client import Bar as UpstreamBar
from pricing.upstream.client import History

LEVEL_SESSIONS = 250  # compared to tell of which unit a history is
Ratios = Mapping[date, tuple[Decimal, Decimal]]  # ex-date: new shares, for old ones


@dataclass(frozen=True, slots=True)
class Swapped:
    changed: int  # rows of bars and actions
    doubtful: list[date]  # ex-dates of splits that the answer lacks and that are kept all the same
    split: float  # new shares for an old one, of splits that are new or otherwise since the history before


def swap(instrument: Instrument, history: History, bars: Sequence[UpstreamBar], *, trusted: bool = False) -> Swapped:
    """Joins the caller's transaction.

    What the answer lacks is kept, on the scale of its splits: a source that leaves out a day did not undo it. So is a
    split, unless its closes are no longer divided by it, or a person has said that the answer is right (`trusted`).
    """
    before = stored_splits(instrument)
    after = {day: (Decimal(str(new)), Decimal(str(old))) for day, (new, old) in history.splits.items()}
    missing = [day for day in sorted(before) if day not in after and _still_divided(instrument, day, before[day], bars)]
    missing = [] if trusted else missing
    after |= {day: before[day] for day in missing}
    changed = _store_splits(instrument, before, after)
    if changed:
        _rescale(instrument, before, after, {bar.session for bar in bars}, set(history.dividends))
    changed += _store_dividends(instrument, history)
    changed += sum(merge(records(instrument.pk, corrected(instrument, bars, after))).values())
    return Swapped(changed, missing, _shares(instrument, before, after))


def _shares(instrument: Instrument, before: Ratios, after: Ratios) -> float:
    """Of splits since the last session of the history before: earlier ones are in what was computed from it."""
    since = instrument.checked_to or date.max
    old = prod(row.shares for row in _ratios(before) if row.ex_date > since)
    return prod(row.shares for row in _ratios(after) if row.ex_date > since) / old


def ratios_of(history: History) -> dict[date, float]:
    """{ex-date: new shares for an old one}."""
    return {day: new / old for day, (new, old) in history.splits.items()}


def new_splits(instrument: Instrument, history: History) -> dict[date, float]:
    """{ex-date: new shares for an old one} of those in the answer that are not stored."""
    known = stored_splits(instrument)
    return {day: ratio for day, ratio in ratios_of(history).items() if day not in known}


def stored_closes(instrument: Instrument) -> dict[date, float]:
    """{session: close} of the last sessions that a history has stated."""
    bars = Bar.objects.filter(instrument=instrument, session__lte=instrument.checked_to or date.min)
    return dict(bars.order_by("-session").values_list("session", "close")[:LEVEL_SESSIONS])


def level_moved(instrument: Instrument, history: History, bars: Sequence[UpstreamBar]) -> float | None:
    """By how much the closes are on another scale than those stored, beyond all splits; None where they are not."""
    stated = {bar.session: bar.close for bar in bars[-LEVEL_SESSIONS:]}
    stored = Bar.objects.filter(instrument=instrument, session__in=stated).values_list("session", "close")
    old = _ratios(stored_splits(instrument))
    new = [Ratio(day, ratio) for day, ratio in ratios_of(history).items()]
    moved, rescaled = [], []
    for day, close in stored:
        moved.append(stated[day] / close)
        rescaled.append(moved[-1] * shares_since(day, new) / shares_since(day, old))
    if not moved or min(abs(median(moved) - 1), abs(median(rescaled) - 1)) <= SAME_CLOSE:
        return None
    return median(rescaled)


def stored_splits(instrument: Instrument) -> dict[date, tuple[Decimal, Decimal]]:
    rows = Split.objects.filter(instrument=instrument)
    return {row.ex_date: (row.numerator, row.denominator) for row in rows}


def _still_divided(
    instrument: Instrument, ex_date: date, split: tuple[Decimal, Decimal], bars: Sequence[UpstreamBar]
) -> bool:
    """Whether the close before that day is stated as it is stored, or not at all."""
    earlier = [bar for bar in bars if bar.session < ex_date][-1:]
    if not earlier:
        return True
    ratio = float(split[0] / split[1])
    stored = Bar.objects.filter(instrument=instrument, session=earlier[0].session).values_list("close", flat=True)
    return all(abs(log(earlier[0].close / close)) < abs(log(ratio)) / 2 for close in stored)


def _store_splits(instrument: Instrument, before: Ratios, after: Ratios) -> int:
    """How many are new, corrected or withdrawn."""
    gone = [day for day in before if before[day] != after.get(day)]
    new = [day for day in after if after[day] != before.get(day)]
    Split.objects.filter(instrument=instrument, ex_date__in=gone).delete()
    Split.objects.bulk_create(
        Split(instrument=instrument, ex_date=day, numerator=after[day][0], denominator=after[day][1]) for day in new
    )
    return len({*gone, *new})


def _rescale(instrument: Instrument, before: Ratios, after: Ratios, restated: set[date], paid: set[date]) -> None:
    """Brings what the answer does not state from the scale of the splits before to that of those after."""
    old, new = _ratios(before), _ratios(after)
    kept = Bar.objects.filter(instrument=instrument).exclude(session__in=restated)
    scaled = [
        _scaled(UpstreamBar(*values), shares_since(values[0], old) / shares_since(values[0], new))
        for values in kept.values_list("session", "open", "high", "low", "close", "adjusted_close", "volume")
    ]
    merge(records(instrument.pk, scaled))
    dividends = list(Dividend.objects.filter(instrument=instrument).exclude(ex_date__in=paid))
    for row in dividends:
        row.amount *= Decimal(shares_since(row.ex_date, old) / shares_since(row.ex_date, new))
    Dividend.objects.bulk_update(dividends, ["amount"])


def _ratios(splits: Ratios) -> list[Ratio]:
    return [Ratio(day, float(new / old)) for day, (new, old) in splits.items()]


def _scaled(bar: UpstreamBar, by: float) -> UpstreamBar:
    return replace(
        bar,
        open=bar.open * by,
        high=bar.high * by,
        low=bar.low * by,
        close=bar.close * by,
        adjusted_close=bar.adjusted_close * by,
        volume=round(bar.volume / by),
    )


def _store_dividends(instrument: Instrument, history: History) -> int:
    """How many are new or differ: a split restates them too."""
    known = dict(Dividend.objects.filter(instrument=instrument).values_list("ex_date", "amount"))
    rows = [
        Dividend(instrument=instrument, ex_date=day, amount=amount)
        for day, value in history.dividends.items()
        if known.get(day) != (amount := round(Decimal(repr(value)), PRICE_DECIMALS))
    ]
    Dividend.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["instrument", "ex_date"], update_fields=["amount"]
    )
    return len(rows)


def corrected(instrument: Instrument, bars: Sequence[UpstreamBar], splits: Ratios) -> list[UpstreamBar]:
    """What a person entered is laid over what the source states, and added where it states nothing."""
    entered = {row.session: row for row in Correction.objects.filter(instrument=instrument)}
    if not entered:
        return list(bars)
    ratios, stated = _ratios(splits), {bar.session: bar for bar in bars}
    for session, row in entered.items():
        close = row.close * row.shares / shares_since(session, ratios)
        there = stated.get(session) or _nearest(bars, session, close)
        adjusted = close * there.adjusted_close / there.close
        stated[session] = UpstreamBar(session, close, close, close, close, adjusted, there.volume)
    return [stated[session] for session in sorted(stated)]


def _nearest(bars: Sequence[UpstreamBar], session: date, close: float) -> UpstreamBar:
    """The bar after that day, whose dividends still to come are the same; a made-up one at the end of the history."""
    following = next((bar for bar in bars if bar.session > session), None)
    return replace(following, volume=0) if following else UpstreamBar(session, close, close, close, close, close, 0)
