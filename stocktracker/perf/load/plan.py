"""How long, by how many, and for which pages the load test asks: values, and what its answers come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DASHBOARD, CHART, BOOKING = "dashboard", "chart data", "booking"
# Of a thousand requests; a chart that has not changed is 304, a booking asks for a rebuild.
MIX: dict[str, int] = {
    DASHBOARD: 450, "holdings": 120, "performance": 110, "activity": 90, "allocation": 80, CHART: 145, BOOKING: 5,
}  # fmt: skip
WARMING = 5.0  # seconds before anything is counted


@dataclass(frozen=True, slots=True)
class Clients:
    """So many at once, each of whom looks at a page for about so long before it asks for the next one."""

    count: int
    pause: float = 0.0  # seconds; without any they take all the server can give

    @classmethod
    def read(cls, told: str) -> Clients:
        """8, or 64@3: of whom each looks for three seconds. Raises ValueError."""
        count, _, pause = told.partition("@")
        return cls(int(count), float(pause or 0))

    def __str__(self) -> str:
        return f"{self.count}@{self.pause:g}" if self.pause else str(self.count)

    @property
    def name(self) -> str:
        looking = f", {self.pause:g} s a page" if self.pause else ""
        return f"{self.count} client{'s' * (self.count > 1)}{looking}"


@dataclass(frozen=True, slots=True)
class Plan:
    seconds: float = 60.0  # for each crowd of clients
    clients: tuple[Clients, ...] = (Clients(8), Clients(64), Clients(64, 3.0))
    large: int = 200  # holdings of the large portfolio
    warming: float = WARMING

    @property
    def lasts(self) -> float:
        """Seconds, warming up included."""
        return self.warming + self.seconds

    def options(self) -> list[str]:
        """As a command line says it."""
        return [f"--seconds={self.seconds:g}", "--clients", *map(str, self.clients), f"--holdings={self.large}"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of all requests for one kind of page."""

    times: Sequence[float]  # milliseconds of good answers, sorted
    wrong: Mapping[str, int]  # {status or name of the error: how often}

    @property
    def errors(self) -> int:
        return sum(self.wrong.values())

    @property
    def count(self) -> int:
        return len(self.times) + self.errors

    def percentile(self, share: float) -> float:
        """The time so large a share of all answers did not exceed; 0 without any."""
        return self.times[min(int(len(self.times) * share), len(self.times) - 1)] if self.times else 0.0


def merged(parts: Sequence[Asked]) -> Asked:
    wrong: dict[str, int] = {}
    for part in parts:
        for why, count in part.wrong.items():
            wrong[why] = wrong.get(why, 0) + count
    return Asked(sorted(taken for part in parts for taken in part.times), wrong)
