"""What looks wrong in a history: values in, findings out. Nothing is corrected here or anywhere else."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from statistics import median

RATE_GAP_DAYS = 5  # Christmas and New Year with their weekends leave four days without a rate
JUMP = 50.0  # a mix-up of pence and pounds is 100; the largest usual split is 20 for 1
SPLIT_RATIOS = {"2:1": 2.0, "3:1": 3.0, "3:2": 1.5, "4:1": 4.0, "5:1": 5.0, "10:1": 10.0, "20:1": 20.0}
SPLIT_TOLERANCE = 0.02  # share a price moves besides, on the day of its split; at 4 % Apple's crash of 2000 is one
UNUSUAL = 6.0  # times the usual daily move
MOVES_NEEDED = 20  # before anything can be called usual
MAD_TO_SIGMA = 1.4826  # of a normal distribution: its standard deviation ÷ the median of its distances from zero
MOST_GAPS = 20  # told one by one; more of them are the habit of a thinly traded instrument, and told once


class Kind(StrEnum):
    GAP = "gap"  # sessions without a bar inside the history
    RATE_GAP = "rate_gap"  # days without an exchange rate
    CURRENCY = "currency"  # the source states another currency than before
    JUMP = "jump"  # two neighbouring closes of two different units
    SPLIT = "split"  # a price divided as by a split nobody recorded
    CLOSE = "close"  # not a price at all
    BAR = "bar"  # a close in another unit than its neighbours: refused
    WITHDRAWN = "withdrawn"  # a split the source no longer lists: kept for a day
    HISTORY = "history"  # a whole answer on another scale than the one before: refused
    UNDIVIDED = "undivided"  # one that lists a split and closes not divided by it: refused
    QUOTE = "quote"  # a latest price that contradicts the history: refused
    RESTATED = "restated"  # a quote tells of a split: held back until the history has come
    DELISTED = "delisted"  # the source no longer quotes it


REFUSED_ANSWERS = frozenset({Kind.CURRENCY, Kind.HISTORY, Kind.UNDIVIDED, Kind.WITHDRAWN})  # a person may take them
OF_QUOTES = frozenset({Kind.QUOTE, Kind.RESTATED, Kind.DELISTED})  # a history says nothing about these


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    day: date  # on which it begins
    message: str
    before: str = ""  # the currency before a change of it; of a refused quote, its own
    value: float | None = None  # the price that was refused


Closes = Sequence[tuple[date, float]]  # oldest first, one a day


def price_findings(closes: Closes, splits: Collection[date]) -> list[Finding]:
    """Of the closes alone: prices that are none, jumps, and splits that `splits` (ex-dates) lacks."""
    good = [(day, close) for day, close in closes if _is_price(close)]
    found = [Finding(Kind.CLOSE, day, _no_price(day, close)) for day, close in closes if not _is_price(close)]
    usual = usual_move([close for _, close in good])
    for (before, old), (day, new) in pairwise(good):
        told = None if any(before < split <= day for split in splits) else _move(before, old, day, new, usual)
        found += [told] if told else []
    return found


def session_gaps(days: Sequence[date], sessions: Sequence[date]) -> list[Finding]:
    """Sessions (oldest first) between the first and the last of `days` that are not among them, as ranges."""
    ranges = list(_missing_ranges(days, sessions))
    if len(ranges) <= MOST_GAPS:
        return [Finding(Kind.GAP, missing[0], _gap(missing)) for missing in ranges]
    count = sum(map(len, ranges))
    message = (
        f"{count} sessions have no price, in {len(ranges)} places from {ranges[0][0]} to {ranges[-1][-1]}: it trades "
        "seldom, or its source is full of holes. On these days the close before counts."
    )
    return [Finding(Kind.GAP, ranges[0][0], message)]


def rate_gaps(days: Sequence[date]) -> list[Finding]:
    """Of an exchange rate, whose calendar nobody keeps: more than RATE_GAP_DAYS from one rate to the next."""
    return [
        Finding(
            Kind.RATE_GAP,
            before,
            f"After {before} there is no exchange rate for {(day - before).days} days, until {day}: amounts in between "
            f"are converted at the rate of {before}.",
        )
        for before, day in pairwise(days)
        if (day - before).days > RATE_GAP_DAYS
    ]


def currency_flip(stored: str, stated: str, day: date, known: Finding | None) -> Finding | None:
    """The source states another currency than it did; one that is `known` stays until the first is stated again."""
    first = known.before if known else stored
    if not first or first == stated:
        return None
    if known and stored == stated:
        return known
    message = (
        f"Since {day} the price source quotes it in {stated}, before in {first}: amounts typed before may be of the "
        f"other unit. Compare a price of yours with the one shown."
    )
    return Finding(Kind.CURRENCY, day, message, before=first)


def usual_move(closes: Sequence[float]) -> float:
    """Standard deviation of the daily log returns as most days have it; infinite while there are too few to tell."""
    moves = [abs(math.log(new) - math.log(old)) for old, new in pairwise(closes)]
    return MAD_TO_SIGMA * median(moves) if len(moves) >= MOVES_NEEDED else math.inf


def _is_price(close: float) -> bool:
    return math.isfinite(close) and close > 0


def _no_price(day: date, close: float) -> str:
    return f"The close of {day} is {close:g}, which is not a price: the value of that day is wrong."


def _move(before: date, old: float, day: date, new: float, usual: float) -> Finding | None:
    """What the move between two neighbouring closes tells, if no split is recorded for it."""
    ratio = new / old
    if not 1 / JUMP < ratio < JUMP:
        message = (
            f"From {before} to {day} the close went from {old:g} to {new:g} and no split is recorded: two units may be "
            "mixed, like pence and pounds, and the values on one side of that day are wrong."
        )
        return Finding(Kind.JUMP, day, message)
    split = split_like(ratio)
    if split and abs(math.log(ratio)) > UNUSUAL * usual:
        message = (
            f"On {day} the close went from {old:g} to {new:g}, as by a {split} split, and none is recorded: quantities "
            "bought before may be wrong by as much. Enter the split if there was one."
        )
        return Finding(Kind.SPLIT, day, message)
    return None


def split_like(ratio: float) -> str:
    """2:1 for a close that halved, 1:2 for one that doubled; empty where no simple ratio is near."""
    for name, shares in SPLIT_RATIOS.items():
        if abs(ratio * shares - 1) <= SPLIT_TOLERANCE:
            return name
        if abs(ratio / shares - 1) <= SPLIT_TOLERANCE:
            return ":".join(reversed(name.split(":")))
    return ""


def _missing_ranges(days: Sequence[date], sessions: Sequence[date]) -> Iterator[list[date]]:
    """Runs of sessions that follow one another."""
    there, run = set(days), list[date]()
    if not there:
        return
    first, last = min(there), max(there)
    for session in sessions:
        missing = first < session < last and session not in there
        if missing:
            run.append(session)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _gap(missing: Sequence[date]) -> str:
    if len(missing) == 1:
        return f"The session of {missing[0]} has no price: on this day the close before counts."
    return (
        f"The {len(missing)} sessions from {missing[0]} to {missing[-1]} have no price: on these days the close before "
        "counts."
    )
