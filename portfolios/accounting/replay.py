"""Replay of all entries in order, exact to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from .entries import Entry, LedgerError, Place
from .ledger import Inside, Ledger, Marks, NoMarks, Rules
from .posting import Posting
from .splits import Splits, merge_splits


def everywhere(_place: Place) -> bool:
    return True


def replay(
    entries: Iterable[Entry],
    splits: Splits,
    rules: Rules,
    until: date,
    marks: Marks,
    start: date | None = None,
    inside: Inside | None = None,
) -> Ledger:
    """The ledger after all entries dated up to `until`; entries of a day keep the order given.

    With `start`, gains and earnings count from that evening on, measured against what was held then. `inside` says
    which places are looked at: shares that cross the border between those and others do so at market value.
    Raises LedgerError, naming the entry that cannot have happened.
    """
    ordered = in_order(entries, until)
    posting = Posting(ordered, merge_splits(ordered, splits), rules, marks, inside or everywhere)
    opened = start is None
    for number, entry in enumerate(ordered):
        if start is not None and not opened and entry.date > start:
            posting.open_period(start)
            opened = True
        posting.post(number, entry)
    if start is not None and not opened:
        posting.open_period(min(start, until))
    posting.split_all(until)
    return posting.ledger


def in_order(entries: Iterable[Entry], until: date) -> list[Entry]:
    return sorted((entry for entry in entries if entry.date <= until), key=lambda entry: entry.date)


def impossible(entries: Iterable[Entry], splits: Splits, rules: Rules, until: date) -> list[LedgerError]:
    """The first entry of each instrument that cannot have happened; replays each alone, so that none hides another."""
    of_instrument: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.instrument is not None:
            of_instrument[entry.instrument].append(entry)
    errors = []
    for own in of_instrument.values():
        try:
            replay(own, splits, rules, until, NoMarks())
        except LedgerError as error:
            errors.append(error)
    return errors
