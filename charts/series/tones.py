"""Which shade a gain or a loss is shown in: four steps each way, each a class with its own readable text colour."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TypeAlias

Number: TypeAlias = Decimal | float | int

OF_A_DAY = (0.005, 0.015, 0.03)  # a share moves so much on a quiet, an ordinary and a lively day
OF_A_MONTH = (0.01, 0.03, 0.06)
OF_A_YEAR = (0.05, 0.12, 0.25)
HALF_SHOWN = 0.0005  # what one decimal of a percentage shows as 0.0 is neither


def tone(value: Number | None, steps: tuple[float, ...] = OF_A_DAY) -> str:
    """`gain-1` to `gain-4`, `loss-1` to `loss-4`; `flat` for nothing, and for what shows as nothing."""
    size = abs(float(value or 0))
    if not size >= HALF_SHOWN:  # NaN is no gain either
        return "flat"
    return f"{'gain' if (value or 0) > 0 else 'loss'}-{bisect_left(steps, size) + 1}"
