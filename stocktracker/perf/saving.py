"""A run as JSON, in a file or as a row of the deployment's own database, and back."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, Self

from stocktracker.monitoring.models import PerfRun

from .result import Result

LAST = "last"
FIELDS = frozenset(field.name for field in fields(Result))


class RunError(ValueError):
    """Why a run cannot be read, as a sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    at: datetime
    version: str
    machine: str
    results: list[Result]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From JSON; raises LookupError, TypeError or ValueError where that is no run."""
        rows = [_result(row) for row in told["rows"]]
        return cls(datetime.fromisoformat(told["at"]), str(told["version"]), str(told["machine"]), rows)

    def as_json(self) -> str:
        head = {"version": self.version, "at": self.at.isoformat(), "machine": self.machine}
        return json.dumps({**head, "rows": rows_of(self.results)}, indent=2)


def _result(told: Any) -> Result:
    """Raises TypeError or ValueError where it is none, or its ratios are no numbers."""
    if not isinstance(told, Mapping) or not isinstance(told.get("peers"), Mapping):
        raise TypeError(f"{told!r} is no row")
    one = Result(**{name: value for name, value in told.items() if name in FIELDS})
    limits = (one.limit_ratio, one.tail_ratio, one.requests)
    ratios: list[object] = [*one.peers.values(), *(ratio for ratio in limits if ratio is not None)]
    for ratio in ratios:
        if not isinstance(ratio, int | float) or not isfinite(ratio):
            raise ValueError(f"row {one.row}, {one.name}: {ratio!r} is no number")
    return one


def rows_of(results: Iterable[Result]) -> list[dict[str, Any]]:
    return [asdict(result) for result in results]


def machine() -> str:
    """Processors and Python: what figures depend on, and nothing that says whose machine it is."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{count} processor{'s' * (count > 1)}, Python {platform.python_version()}"


def save(run: Run) -> PerfRun:
    return PerfRun.objects.create(at=run.at, version=run.version, machine=run.machine, rows=rows_of(run.results))


def read(base: str) -> Run:
    """A file of --json, «last», or the number of a saved run. Raises RunError."""
    if base == LAST or base.isdecimal():
        return _saved(base)
    try:
        told = Path(base).read_bytes()
    except OSError as error:
        raise RunError(f"{base}: {error.strerror}. Name a file of perf --json, «last», or a saved run.") from error
    try:
        return Run.of(json.loads(told))
    except (LookupError, TypeError, ValueError) as error:
        raise RunError(f"{base} is no run: {error}. Write one with perf --json > {base}.") from error


def _saved(base: str) -> Run:
    row = PerfRun.objects.first() if base == LAST else PerfRun.objects.filter(pk=int(base)).first()
    if row is None:
        which = "No run is saved yet" if base == LAST else f"There is no saved run {base}"
        raise RunError(f"{which}: perf --save stores one.")
    try:
        return Run.of({"at": row.at.isoformat(), "version": row.version, "machine": row.machine, "rows": row.rows})
    except (LookupError, TypeError, ValueError) as error:
        raise RunError(f"Run {row.pk} was saved by version {row.version}, whose rows are others: {error}.") from error
