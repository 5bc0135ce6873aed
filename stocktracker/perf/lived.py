"""What a week of the market came to: its requests and hits day by day, what was wrong in the end, and its aims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .result import Result

ROW = "w"
MOST_REQUESTS = 400  # a day
LEAST_HITS = 0.99


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    requests: dict[str, int]  # by kind
    memory_rate: float | None
    database_rate: float | None
    hit_rate: float | None

    @property
    def sent(self) -> int:
        return sum(self.requests.values())

    def __str__(self) -> str:
        rates = f"memory {_percent(self.memory_rate)}, database {_percent(self.database_rate)}"
        return f"{self.day:%a}: {self.sent} requests {self.requests}; {rates}, all {_percent(self.hit_rate)}"


@dataclass(frozen=True, slots=True)
class Week:
    symbols: int
    first: dict[str, int]  # requests of the Sunday before, when everything is new
    days: list[Day]
    refused: int  # answers the market refused
    missing: int  # sessions of the week without a bar
    wrong: int  # closes that are not the market's
    dividends: tuple[int, int]  # stored and paid, from Monday to Thursday
    split: bool  # whether it is stored and the shares held are of it

    def results(self) -> list[Result]:
        """Of requests, of hits, and of what is right in the end."""
        return [self._requests(), self._hits(), self._right()]

    def _requests(self) -> Result:
        most = max(day.sent for day in self.days)
        told = [f"first day {sum(self.first.values())} requests {self.first}", *map(str, self.days)]
        return Result(
            row=ROW,
            name=f"a market week, {self.symbols} symbols: requests of its busiest day",
            median_ms=None,
            peers={},
            limit_ratio=None,
            aim=f"≤ {MOST_REQUESTS} requests a day",
            met=most <= MOST_REQUESTS,
            note="\n     ".join(told),
            requests=most,
        )

    def _hits(self) -> Result:
        least = min((day.hit_rate for day in self.days if day.hit_rate is not None), default=0.0)
        return Result(
            row=ROW,
            name=f"a market week, {self.symbols} symbols: prices found here on its worst day",
            median_ms=None,
            peers={},
            limit_ratio=None,
            aim=f"> {LEAST_HITS:.0%} hits",
            met=least > LEAST_HITS,
            note=f"{least:.2%} hits",
        )

    def _right(self) -> Result:
        stored, paid = self.dividends
        split = "done" if self.split else "MISSED"
        return Result(
            row=ROW,
            name=f"a market week, {self.symbols} symbols: nothing missing, nothing wrong",
            median_ms=None,
            peers={},
            limit_ratio=None,
            aim="no session missing, no close wrong, every dividend and the split",
            met=not self.missing and not self.wrong and stored == paid and self.split,
            note=f"refused {self.refused}; sessions missing {self.missing}, closes wrong {self.wrong}; "
            f"dividends {stored} of {paid}; split {split}",
        )


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.2%}"
