"""Splits of all instruments: the provider's and the typed ones, and what they make of a quantity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from .entries import ONE, Entry, Kind, SplitFact

Splits = Mapping[int, Sequence[SplitFact]]
SAME_WITHIN = 7  # days


def merge_splits(entries: Iterable[Entry], splits: Splits) -> dict[int, list[SplitFact]]:
    """{instrument: splits in order}: the provider's and the typed ones; the same split stated twice counts once.

    Two people, or a person and a source, may date it some days apart: the source's date counts, or the first.
    """
    typed = sorted((e for e in entries if e.kind is Kind.SPLIT and e.instrument is not None), key=lambda e: e.date)
    facts: dict[int, list[SplitFact]] = defaultdict(list, {pk: list(known) for pk, known in splits.items()})
    for entry in typed:
        stated = SplitFact(entry.date, entry.quantity, ONE)
        known = facts[entry.instrument or 0]
        if not any(is_same_split(fact, stated) for fact in known):
            known.append(stated)
    return {pk: sorted(known, key=lambda fact: fact.ex_date) for pk, known in facts.items() if known}


def is_same_split(one: SplitFact, other: SplitFact) -> bool:
    """On one day there is one split; of one ratio there are no two in a week."""
    apart = abs((one.ex_date - other.ex_date).days)
    return apart == 0 or (apart <= SAME_WITHIN and one.apply(ONE) == other.apply(ONE))


def factor_after(facts: Sequence[SplitFact], day: date) -> Decimal:
    """Today's shares for one share of that evening."""
    factor = ONE
    for fact in facts:
        if fact.ex_date > day:
            factor = fact.apply(factor)
    return factor
