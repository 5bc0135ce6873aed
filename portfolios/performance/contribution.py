"""What each place contributed to a period's time-weighted return; all contributions add up to it exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from portfolios.accounting.entries import Place

from .history import History
from .window import Window


def contributions(history: History, whole: Window, rows: np.ndarray) -> Mapping[Place, float] | None:
    """{place: Σ over days of its gain ÷ what the day began with × the index of the evening before}.

    `rows` (R,): the places `whole` is made of. None where the return cannot be linked.
    """
    if whole.twr is None:
        return None
    at = history.position_of(whole.start)
    stop = at + len(whole.days)
    daily, invested = whole.daily, whole.daily.invested_days[1:]
    begin = daily.value[:-1] + daily.inflow[1:]
    weight = np.divide(whole.index[:-1], begin, out=np.zeros_like(begin), where=invested)
    shares = history.gains[:, at + 1 : stop] @ weight
    return {place: float(share) for place, share, inside in zip(history.places, shares, rows, strict=True) if inside}
