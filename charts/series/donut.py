"""A donut: parts of a whole as the paths of ring segments, the rest of many small ones as one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from .tones import Number

CENTRE, OUTER, INNER = 60.0, 58.0, 40.0  # of the viewBox 0 0 120 120 in charts/_donut.html
COLOURS = 7  # --c1 … --c7
HALF_TURN = 0.5
WHOLE = 0.9999  # an arc from a point to itself is none: a full ring stops short of it


@dataclass(frozen=True, slots=True)
class Slice:
    label: str
    value: Number
    share: float | None  # of the sum, debts subtracted; None where that is not above zero
    path: str  # of the ring segment; empty for nothing and for debts
    colour: int  # 1 … COLOURS, the number of a class k1 … k7


@dataclass(frozen=True, slots=True)
class Donut:
    slices: tuple[Slice, ...]  # the largest first
    total: float


def donut(parts: Iterable[tuple[str, Number]], rest: str = "Other", most: int = COLOURS) -> Donut:
    """Of (label, value); beyond `most` the smallest are one slice called `rest`, which stands last."""
    ordered = sorted(((label, value) for label, value in parts if value), key=lambda part: -part[1])
    if len(ordered) > most:
        ordered = [*ordered[: most - 1], (rest, sum(float(value) for _, value in ordered[most - 1 :]))]
    total, ring = sum(float(value) for _, value in ordered), sum(max(float(value), 0.0) for _, value in ordered)
    slices, turned = [], 0.0
    for number, (label, value) in enumerate(ordered, 1):
        part = max(float(value), 0.0) / ring if ring else 0.0
        share = float(value) / total if total > 0 else None
        slices.append(Slice(label, value, share, _segment(turned, part), number))
        turned += part
    return Donut(tuple(slices), total)


def _segment(start: float, part: float) -> str:
    """From `start` on, both in turns; clockwise, the first one from the top."""
    if part <= 0:
        return ""
    end, large = start + min(part, WHOLE), int(part > HALF_TURN)
    return (
        f"M{_at(start, OUTER)}A{OUTER:g} {OUTER:g} 0 {large} 1 {_at(end, OUTER)}"
        f"L{_at(end, INNER)}A{INNER:g} {INNER:g} 0 {large} 0 {_at(start, INNER)}Z"
    )


def _at(turn: float, radius: float) -> str:
    angle = math.tau * turn
    return f"{CENTRE + radius * math.sin(angle):.2f} {CENTRE - radius * math.cos(angle):.2f}"
