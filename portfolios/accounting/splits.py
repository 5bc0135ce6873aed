"""Splits of all instruments: the provider's and the typed ones, and what they make of a quantity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from .entries import ONE, Entry, Kind, SplitFact

Splits = Mapping[int, Sequence[SplitFact]]


def merge_splits(entries: Iterable[Entry], splits: Splits) -> dict[int, list[SplitFact]]:
    """{instrument: splits in order}: the provider's and the typed ones; the same date stated twice counts once."""
    facts: dict[int, dict[date, SplitFact]] = defaultdict(dict)
    for entry in entries:
        if entry.kind is Kind.SPLIT and entry.instrument is not None:
            facts[entry.instrument][entry.date] = SplitFact(entry.date, entry.quantity, ONE)
    for instrument, known in splits.items():
        for fact in known:
            facts[instrument][fact.ex_date] = fact
    return {instrument: [by_day[day] for day in sorted(by_day)] for instrument, by_day in facts.items()}


def factor_after(facts: Sequence[SplitFact], day: date) -> Decimal:
    """Today's shares for one share of that evening."""
    factor = ONE
    for fact in facts:
        if fact.ex_date > day:
            factor = fact.apply(factor)
    return factor
