"""What signals look at: averages, Wilder's RSI, and the calendar of momentum. Each value knows only what was before."""

from __future__ import annotations

import numpy as np


def simple_average(closes: np.ndarray, days: int) -> np.ndarray:
    """(B,) mean of the last `days` closes; NaN before there are as many.

    Sums of each window by itself: differences of running sums carry the rounding of prices a million times as large
    along, as those of funds that were often merged.
    """
    average = np.full(len(closes), np.nan)
    if len(closes) >= days:
        average[days - 1 :] = np.correlate(closes, np.ones(days), mode="valid") / days
    return average


def exponential_average(closes: np.ndarray, days: int) -> np.ndarray:
    """(B,) with a weight of 2 ÷ (days + 1); the first value is the simple average of the first `days` closes."""
    average = np.full(len(closes), np.nan)
    if len(closes) < days:
        return average
    weight, current = 2.0 / (days + 1), float(closes[:days].mean())
    found = [current]
    for close in closes[days:].tolist():
        current += (close - current) * weight
        found.append(current)
    average[days - 1 :] = found
    return average


def relative_strength(closes: np.ndarray, days: int) -> np.ndarray:
    """(B,) Wilder's RSI (1978), 0 … 100: the first averages are simple, later ones keep (days − 1) ÷ days of the last.

    50 where nothing has changed at all; NaN before `days` changes are known.
    """
    strength = np.full(len(closes), np.nan)
    if len(closes) <= days:
        return strength
    changes = np.diff(closes)
    gains, losses = np.maximum(changes, 0.0), np.maximum(-changes, 0.0)
    gain, loss = float(gains[:days].mean()), float(losses[:days].mean())
    found = [_strength(gain, loss)]
    for up, down in zip(gains[days:].tolist(), losses[days:].tolist(), strict=True):
        gain += (up - gain) / days
        loss += (down - loss) / days
        found.append(_strength(gain, loss))
    strength[days:] = found
    return strength


def _strength(gain: float, loss: float) -> float:
    return 100.0 * gain / (gain + loss) if gain + loss else 50.0


def months_before(days: np.ndarray, months: int) -> np.ndarray:
    """The same day of the month so many months ago, or the last of that month; days since 1970-01-01."""
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    before = month - months
    length = ((before + 1).astype("datetime64[D]") - before.astype("datetime64[D]")).astype(np.int64)
    found: np.ndarray = before.astype("datetime64[D]").astype(np.int64) + np.minimum(of_month, length - 1)
    return found


def closes_on(days: np.ndarray, closes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The last close on or before each wanted day; NaN before the first."""
    at = np.searchsorted(days, wanted, side="right") - 1
    return np.where(at >= 0, closes[np.maximum(at, 0)], np.nan)
