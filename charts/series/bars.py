"""Bars: a few values side by side, upwards from a zero line, with the lines of a scale; or one below the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .places import place
from .tones import Number

LINES = 4  # of a scale, about
GAP = 0.28  # of a bar's place stays free
LABELS = 6  # under a chart on a phone; further ones are for screen readers and wide screens


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: Number
    faint: bool = False  # expected, not yet there
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Where a bar stands, in percent; `middle` is where its label stands."""

    bar: Bar
    x: str
    y: str
    width: str
    height: str
    middle: str
    labelled: bool  # also where there is little room


@dataclass(frozen=True, slots=True)
class Line:
    value: float
    y: str  # percent from the top


@dataclass(frozen=True, slots=True)
class Columns:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A bar from the left or, where some are below zero, from a line between; x and width in percent."""

    bar: Bar
    x: str
    width: str


def columns(bars: Iterable[Bar]) -> Columns:
    """In the order given."""
    chosen = list(bars)
    low, high, step = _scale([float(bar.value) for bar in chosen])
    span = (high - low) or 1.0
    zero, wide = high / span * 100, 100 / max(len(chosen), 1)
    every = math.ceil(len(chosen) / LABELS)
    return Columns(
        tuple(
            Column(
                bar,
                x=place((number + GAP / 2) * wide),
                y=place(min((high - float(bar.value)) / span * 100, zero)),
                width=place(wide * (1 - GAP)),
                height=place(abs(float(bar.value)) / span * 100),
                middle=place((number + 0.5) * wide),
                labelled=(len(chosen) - 1 - number) % every == 0,
            )
            for number, bar in enumerate(chosen)
        ),
        tuple(
            Line(step * number, place((high - step * number) / span * 100))
            for number in range(round(low / step), round(high / step) + 1)
        ),
    )


def rows(bars: Iterable[Bar]) -> tuple[Row, ...]:
    """In the order given."""
    chosen = list(bars)
    values = [float(bar.value) for bar in chosen]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = (high - low) or 1.0
    return tuple(
        Row(bar, place((min(value, 0.0) - low) / span * 100), place(abs(value) / span * 100))
        for bar, value in zip(chosen, values, strict=True)
    )


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """(lowest, highest line, distance) of round numbers around all values and zero."""
    low, high = min([0.0, *values]), max([0.0, *values])
    rough = (high - low) / LINES or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step
