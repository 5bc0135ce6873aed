"""Two runs against one another: which ratios have become worse, as sentences. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .result import Result, requests

TOLERANCE = 0.20  # a ratio may fall by so much before it counts: less is noise on a machine shared with others
WHOLE = 1000  # from there on figures have no decimals
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Worse:
    key: Key
    why: str

    def __str__(self) -> str:
        row, name = self.key
        return f"Row {row}, {name}: {self.why}."


def worse(base: Iterable[Result], run: Iterable[Result]) -> list[Worse]:
    """What fell by more than TOLERANCE, of all that both runs measured."""
    before = {result.key: result for result in base}
    pairs = ((before[result.key], result) for result in run if result.key in before)
    return [Worse(new.key, why) for old, new in pairs for why in _compared(old, new)]


def gone(base: Iterable[Result], run: Iterable[Result]) -> list[Key]:
    """What the base has of the rows that were measured, and this run has not: nobody watches over that any more."""
    measured = list(run)
    rows, keys = {result.row for result in measured}, {result.key for result in measured}
    return [result.key for result in base if result.row in rows and result.key not in keys]


def better_of(first: Iterable[Result], again: Iterable[Result]) -> list[Result]:
    """The first measurement, each ratio the better one of the two where there is a second."""
    second = {result.key: result for result in again}
    return [_better(one, second[one.key]) if one.key in second else one for one in first]


def _better(one: Result, other: Result) -> Result:
    return replace(
        one,
        peers={name: max(ratio, other.peers.get(name, ratio)) for name, ratio in one.peers.items()},
        limit_ratio=_least(one.limit_ratio, other.limit_ratio),
        tail_ratio=_least(one.tail_ratio, other.tail_ratio),
        requests=_least(one.requests, other.requests),
        met=one.met or other.met,
    )


def _least(*values: float | None) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _compared(old: Result, new: Result) -> Iterator[str]:
    """Why it is worse, once for each ratio."""
    for name in sorted(old.peers.keys() & new.peers.keys()):
        if new.peers[name] < old.peers[name] * (1 - TOLERANCE):
            fell = 1 - new.peers[name] / old.peers[name]
            yield f"{_figure(new.peers[name])} × {name}, {fell:.0%} less than {_figure(old.peers[name])} ×"
    for what, before, now in (
        ("times the limit", old.limit_ratio, new.limit_ratio),
        ("times the limit in the slowest hundredth", old.tail_ratio, new.tail_ratio),
    ):
        if _rose(before, now):
            yield f"{_figure(now or 0)} {what}, after {_figure(before or 0)}"
    if _rose(old.requests, new.requests):
        yield f"{requests(new.requests or 0)}, after {old.requests:g}"
    if new.median_ms is None and old.met and not new.met:  # counts are exact: no noise moves them across their aim
        yield f"the aim «{new.aim}» was met and is not any more"


def _rose(before: float | None, now: float | None) -> bool:
    """By more than noise does; from nothing, by anything."""
    return before is not None and now is not None and before < now * (1 - TOLERANCE)


def _figure(value: float) -> str:
    return f"{value:,.3g}" if value < WHOLE else f"{value:,.0f}"
