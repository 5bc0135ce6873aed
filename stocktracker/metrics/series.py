"""What is counted, by name: a family and its labels; and the numbers of many series, which add up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .buckets import percentile

REQUEST = "request"  # page, answer ("2xx", "304", …): how long the server took
STATEMENTS = "statements"  # page: SQL statements of its requests
DATABASE = "database"  # page: microseconds they took
ASKED = "asked"  # page: requests to a source of prices while it was made; there must be none
JOB = "job"  # kind, outcome: how long an attempt took
WAITED = "waited"  # kind: from when it was due until a worker began
UPSTREAM = "upstream"  # source, family, outcome: how long an answer took
CACHE = "cache"  # layer, "hits" or "misses"
STEP = "step"  # of a backtest: load, validate, run, serialise
PRICES = "prices"  # the name of a count in pricing.counters
SLOW = "slow"  # digest of a statement that took long
KEPT = (REQUEST, STATEMENTS, DATABASE, ASKED, JOB, WAITED, UPSTREAM, CACHE, STEP, PRICES)  # for longer than a day

ANSWERED = "answered"  # the outcome of a request to a source that went well; others are called after their error

SEPARATOR = "|"
AMOUNT, MICROSECONDS = "n", "us"  # fields of a series; all others are numbers of buckets
MILLION = 1_000_000


def name(*labels: str) -> str:
    """`labels` begin with the family."""
    return SEPARATOR.join(labels)


@dataclass(frozen=True, slots=True)
class Timing:
    """Many durations: {bucket: count}, and their sum."""

    counts: Mapping[int, int]
    seconds: float

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        return self.seconds / self.count if self.count else None

    def at(self, share: float) -> float | None:
        """Seconds; 0.99 for p99."""
        return percentile(self.counts, share)


def added(timings: Iterable[Timing]) -> Timing:
    """All of them as one."""
    counts: dict[int, int] = {}
    seconds = 0.0
    for timing in timings:
        seconds += timing.seconds
        for bucket, count in timing.counts.items():
            counts[bucket] = counts.get(bucket, 0) + count
    return Timing(counts, seconds)


class Numbers:
    """{series: {field: amount}}, as Redis and PostgreSQL keep them; by family, for many are asked for one by one."""

    def __init__(self) -> None:
        self._families: dict[str, dict[str, dict[str, int]]] = {}

    def add(self, stored: Mapping[str, str | int]) -> None:
        """A hash of Redis: «series|field»."""
        for key, amount in stored.items():
            series, _, field = key.rpartition(SEPARATOR)
            fields = self._fields(series)
            fields[field] = fields.get(field, 0) + int(amount)

    def add_series(self, series: str, more: Mapping[str, int]) -> None:
        fields = self._fields(series)
        for field, amount in more.items():
            fields[field] = fields.get(field, 0) + amount

    def _fields(self, series: str) -> dict[str, int]:
        family = self._families.setdefault(series.partition(SEPARATOR)[0], {})
        return family.setdefault(series, {})

    def __bool__(self) -> bool:
        return bool(self._families)

    def __iter__(self) -> Iterator[tuple[str, dict[str, int]]]:
        return ((series, dict(fields)) for family in self._families.values() for series, fields in family.items())

    def of(self, families: Collection[str]) -> Numbers:
        """Only the series of these families; of all, if there are none."""
        chosen = Numbers()
        for series, fields in self:
            if not families or series.partition(SEPARATOR)[0] in families:
                chosen.add_series(series, fields)
        return chosen

    def labels(self, family: str) -> list[tuple[str, ...]]:
        """Of every series of a family, in order."""
        return sorted(tuple(series.split(SEPARATOR)[1:]) for series in self._families.get(family, {}))

    def amount(self, *labels: str) -> int:
        """Of one counter; 0 if nobody counted."""
        return self._families.get(labels[0], {}).get(name(*labels), {}).get(AMOUNT, 0)

    def timing(self, *labels: str) -> Timing:
        """Of all series that begin with these labels, together."""
        exact, start = name(*labels), name(*labels) + SEPARATOR
        family = self._families.get(labels[0], {})
        return added(_timing(own) for series, own in family.items() if series == exact or series.startswith(start))

    def timings(self, family: str) -> dict[tuple[str, ...], Timing]:
        """Of every series of a family, by its labels."""
        own = self._families.get(family, {})
        return {tuple(series.split(SEPARATOR)[1:]): _timing(fields) for series, fields in own.items()}


def together(many: Iterable[Numbers]) -> Numbers:
    numbers = Numbers()
    for one in many:
        for series, fields in one:
            numbers.add_series(series, fields)
    return numbers


def _timing(fields: Mapping[str, int]) -> Timing:
    counts = {int(field): amount for field, amount in fields.items() if field.isdecimal()}
    return Timing(counts, fields.get(MICROSECONDS, 0) / MILLION)
