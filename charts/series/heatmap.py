"""A heat-map: returns of months as a grid of years and months, the latest year first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .tones import OF_A_MONTH, OF_A_YEAR, Number, tone

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Cell:
    value: Number | None  # None: nothing is known of that month
    tone: str


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    months: tuple[Cell, ...]  # twelve
    whole: Cell


@dataclass(frozen=True, slots=True)
class Heatmap:
    months: tuple[date, ...]  # the first of each, for a template to name
    years: tuple[Year, ...]


def heatmap(months: Mapping[str, Number | None], years: Mapping[str, Number | None]) -> Heatmap:
    """Of {"2024-02": return} and {"2024": return}."""
    known = sorted({int(key[:4]) for key in (*months, *years)}, reverse=True)
    return Heatmap(
        months=tuple(date(2000, month, 1) for month in MONTHS),
        years=tuple(
            Year(
                year,
                tuple(_cell(months.get(f"{year}-{month:02}"), OF_A_MONTH) for month in MONTHS),
                _cell(years.get(str(year)), OF_A_YEAR),
            )
            for year in known
        ),
    )


def _cell(value: Number | None, steps: tuple[float, ...]) -> Cell:
    return Cell(value, "none" if value is None else tone(value, steps))
