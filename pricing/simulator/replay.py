"""A given history instead of an invented one: closes as traded in, what Yahoo would show of them at a moment out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

import numpy as np

from pricing.simulator.instruments import Instrument, Split, find
from pricing.simulator.prices import dividend_factors
from pricing.simulator.sessions import EXCHANGES, Days, Seconds, sessions
from pricing.simulator.tape import MINUTE, Tape, Tick
from pricing.simulator.walk import Floats


@dataclass(frozen=True, slots=True)
class Replay:
    """One symbol's sessions, oldest first; `closes` and `dividends` are what was paid on those days."""

    instrument: Instrument
    days: Days
    opens: Seconds
    ends: Seconds
    closes: Floats
    splits: tuple[Split, ...]
    dividends: tuple[tuple[int, float], ...]  # (index of the first session on or after the ex-date, amount)

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """From a control request; raises LookupError or ValueError for what no market could have shown."""
        symbol = str(asked["symbol"]).upper()
        instrument = find(symbol)
        if instrument is None:
            raise LookupError(symbol)
        rows = sorted((date.fromisoformat(day), float(close)) for day, close in asked["rows"])
        days = np.array([day for day, _ in rows], dtype="datetime64[D]")
        calendar = sessions(EXCHANGES[instrument.exchange].calendar)
        at = np.searchsorted(calendar.days, days)
        if not len(days) or not np.array_equal(np.take(calendar.days, at, mode="clip"), days):
            raise ValueError(f"{symbol}: no rows, or a row on a day on which its exchange is closed")
        paid = [(int(np.searchsorted(days, np.datetime64(day))), float(amount)) for day, amount in asked["dividends"]]
        return cls(
            instrument=instrument,
            days=days,
            opens=calendar.opens[at],
            ends=calendar.closes[at],
            closes=np.array([close for _, close in rows]),
            splits=tuple(Split(date.fromisoformat(day), int(new), int(old)) for day, new, old in asked["splits"]),
            dividends=tuple(sorted((index, amount) for index, amount in paid if index < len(days))),
        )

    def tape(self, now: datetime) -> Tape | None:
        """Every session that has begun, at its close; None before the first."""
        length = self._begun(now)
        if not length:
            return None
        days = self.days[:length]
        splits = [(int(np.searchsorted(days, np.datetime64(split.ex_date))), split) for split in self.splits]
        happened = tuple((index, split) for index, split in splits if index < length)
        later = _later(length, happened)
        close = self.closes[:length] / later
        dividends = tuple((index, amount / float(later[index])) for index, amount in self.dividends if index < length)
        return Tape(
            instrument=self.instrument,
            days=days,
            opens=self.opens[:length],
            ends=self.ends[:length],
            open=close,
            high=close,
            low=close,
            close=close,
            adjusted=close * dividend_factors(close, dividends, length),
            volume=np.zeros(length),
            dividends=dividends,
            splits=happened,
            tick=self._tick(close, int(now.timestamp())),
        )

    def _begun(self, now: datetime) -> int:
        return int(np.searchsorted(self.opens, int(now.timestamp()), side="right"))

    def _tick(self, close: Floats, now: int) -> Tick:
        price = float(close[-1])
        at = min(now // MINUTE * MINUTE, int(self.ends[len(close) - 1]))
        previous = float(close[-2]) if len(close) > 1 else None
        return Tick(price, datetime.fromtimestamp(at, UTC), previous, price, price, price, 0)


def _later(length: int, splits: Sequence[tuple[int, Split]]) -> Floats:
    """What closes are divided by: the ratios of all splits after each session."""
    later: Floats = np.ones(length)
    for index, split in splits:
        later[:index] *= split.ratio
    return later
