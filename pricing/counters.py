"""How often prices were found, layer by layer: in memory, in PostgreSQL, and how often a source was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from stocktracker.metrics import recording
from stocktracker.metrics.series import AMOUNT, PRICES, Numbers
from stocktracker.monitoring.hours import DAY, between

NAMES = ("memory_hits", "memory_misses", "database_hits", "database_misses", "upstream")


@dataclass(frozen=True, slots=True)
class Layers:
    """Of some stretch of time. A hit of the database is a price on a page that is as new as it can be, or bars that are
    there; a miss is a price that has to be asked for.
    """

    memory_hits: int = 0
    memory_misses: int = 0
    database_hits: int = 0
    database_misses: int = 0
    upstream: int = 0  # requests sent, cookie and crumb not among them

    @property
    def memory_rate(self) -> float | None:
        return _rate(self.memory_hits, self.memory_misses)

    @property
    def database_rate(self) -> float | None:
        return _rate(self.database_hits, self.database_misses)

    @property
    def hit_rate(self) -> float | None:
        """Of all that was asked for, the share no source had to be asked for."""
        return _rate(self.memory_hits + self.database_hits, self.database_misses)


def _rate(hits: int, misses: int) -> float | None:
    return hits / (hits + misses) if hits + misses else None


def count(**amounts: int) -> None:
    """Adds to the numbers of this moment; the names are those of `Layers`."""
    recording.recorder.add({((PRICES, name), AMOUNT): amount for name, amount in amounts.items()})


def flush() -> None:
    recording.flush()


def layers_of(numbers: Numbers) -> Layers:
    return Layers(**{name: numbers.amount(PRICES, name) for name in NAMES})


def layers(day: date) -> Layers:
    """What all processes counted on that day (UTC); what Redis alone knows is missing while it is away."""
    begin = datetime.combine(day, time(), UTC)
    return layers_of(between(begin, begin + DAY, PRICES))
