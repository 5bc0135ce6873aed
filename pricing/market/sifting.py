"""What a source says, held against what is known, before anybody sees it: which quotes and bars may be believed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pricing.market.quality import JUMP, split_like

SAME_CLOSE = 0.02  # share two statements of one close may differ by; the smallest usual split is 5 for 4
FAR = 5.0  # times: no price moves so far from its neighbours and back; where one side is known, JUMP counts
SMALLEST_TOLD = 1.2  # shares for one: a smaller split cannot be told from a day's move
LONGEST_SPIKE = 5  # sessions a wrong unit may last before it is a new level, which is told and not refused

Closes = Sequence[tuple[date, float]]  # oldest first, one a day


class Verdict(StrEnum):
    GOOD = "good"  # may be shown
    RESTATED = "restated"  # our history is of another scale: that is fetched first, until then it is held back
    REFUSED = "refused"  # contradicts what is known: never shown


@dataclass(frozen=True, slots=True)
class Known:
    """Of one instrument, before the session its quote was made in."""

    currency: str  # as quoted; empty: not known yet
    close: float | None  # the last stored one before that session
    exact: bool  # whether that is the close of the session just before
    refetched: bool  # whether the history was fetched since that session began
    awaited: bool = False  # whether a quote has told of a split, and no history was stored since


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    why: str = ""  # a sentence, where it is not good


GOOD = Judged(Verdict.GOOD)


def judge_quote(known: Known, price: float, previous_close: float | None, currency: str) -> Judged:
    if known.currency not in ("", currency):
        why = f"The source quotes it in {currency}, its prices so far are in {known.currency}"
        return Judged(Verdict.REFUSED, why)
    if known.awaited:
        return Judged(Verdict.RESTATED, "A quote has told of a split, and its history has not come yet")
    before = previous_close if previous_close is not None else known.close
    if known.close is not None and previous_close is not None:
        contradiction = _contradiction(known, known.close, previous_close)
        if contradiction:
            return contradiction
    if before is not None and is_far(price, before, JUMP):
        return Judged(Verdict.REFUSED, f"The source states a price of {price:g} after a close of {before:g}")
    return GOOD


def _contradiction(known: Known, stored: float, stated: float) -> Judged | None:
    """Two statements of the close before: another one is the mark of a split, or of a source in disorder."""
    if abs(stated / stored - 1) <= SAME_CLOSE:
        return None
    rescaled = bool(split_like(stated / stored)) or is_far(stated, stored)
    if rescaled or (known.exact and not known.refetched):
        why = f"The close before was {stored:g} and is now stated as {stated:g}, as after a split"
        return Judged(Verdict.RESTATED, why)
    return None  # closes of two different days, or a source that differs from its own history by little


def is_far(one: float, other: float, times: float = FAR) -> bool:
    return not 1 / times <= one / other <= times


def spikes(closes: Closes, splits: Mapping[date, float]) -> list[int]:
    """Indices of closes in another unit than both sides of them: at most LONGEST_SPIKE in a row, no split between.

    At the end of the history only one side is known: there a spike is what is JUMP times what came before, or as
    little of it, for a price may well fall to a fifth and stay there.
    """
    found: list[int] = []
    position = 1
    while position < len(closes):
        if not _leaps(closes, position - 1, position, splits):
            position += 1
            continue
        end = _returns(closes, position, splits)
        if end is None:
            position += 1
        else:
            found += range(position, end)
            position = end + 1
    return found


def _returns(closes: Closes, start: int, splits: Mapping[date, float]) -> int | None:
    """The index at which closes are of the level before `start` again; their number, where they end before that."""
    last = min(start + LONGEST_SPIKE, len(closes) - 1)
    for position in range(start + 1, last + 1):
        if not _leaps(closes, start - 1, position, splits):
            return position
    ends_soon = len(closes) - start <= LONGEST_SPIKE
    return len(closes) if ends_soon and is_far(closes[start][1], closes[start - 1][1], JUMP) else None


def _leaps(closes: Closes, one: int, other: int, splits: Mapping[date, float]) -> bool:
    (before, old), (day, new) = closes[one], closes[other]
    return is_far(new, old) and not any(before < split <= day for split in splits)


def unrestated(closes: Closes, splits: Mapping[date, float], stored: Mapping[date, float]) -> list[date]:
    """Ex-dates of `splits` (new ones, new shares for an old one) before which closes are still as they were traded.

    A source that lists a split before it has divided the closes gives a history of two scales. Where the close before
    is `stored` from an answer without the split, the two tell; else the move on the ex-date does, if it is large.
    """
    return [ex_date for ex_date, ratio in sorted(splits.items()) if _is_unrestated(closes, ex_date, ratio, stored)]


def _is_unrestated(closes: Closes, ex_date: date, ratio: float, stored: Mapping[date, float]) -> bool:
    before, after = [row for row in closes if row[0] < ex_date], [row for row in closes if row[0] >= ex_date]
    common = [(close, stored[day]) for day, close in before if day in stored][-1:]
    for stated, known in common:
        return abs(math.log(stated / known)) < abs(math.log(ratio)) / 2
    if not before or not after or abs(math.log(ratio)) < math.log(SMALLEST_TOLD):
        return False
    move = math.log(after[0][1] / before[-1][1])
    return abs(move + math.log(ratio)) < abs(math.log(ratio)) / 2
