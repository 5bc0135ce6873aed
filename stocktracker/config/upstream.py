"""The pace prices are asked for at, and whether its numbers fit together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .findings import Finding, error, ok, warning

HOURS = 24
KNOWN_TO_BE_TOLERATED = 1.0  # requests a second (docs/prices.md)
LONGEST_NAME = 200  # characters of a path that are repeated
LONGEST = 60.0  # seconds; a job of the source has five minutes in all


@dataclass(frozen=True, slots=True)
class Pace:
    market: str
    timeout: float
    per_second: float
    burst: int
    per_hour: int
    per_day: int
    at_once: int
    worker: int  # processes


def pace(told: Pace) -> list[Finding]:
    return [found for found in (*_numbers(told), _at_once(told)) if found] or [
        ok("UPSTREAM_PER_SECOND", f"{told.per_second:g} a second, {told.per_hour} an hour, {told.per_day} a day.")
    ]


def _numbers(told: Pace) -> list[Finding]:
    found = []
    above_zero = {
        "UPSTREAM_PER_SECOND": told.per_second, "UPSTREAM_BURST": told.burst, "UPSTREAM_PER_HOUR": told.per_hour,
        "UPSTREAM_PER_DAY": told.per_day, "UPSTREAM_TIMEOUT": told.timeout, "UPSTREAM_AT_ONCE": told.at_once,
    }  # fmt: skip
    for name, value in above_zero.items():
        if value <= 0:
            found.append(error(name, f"with {value:g} no price is ever fetched: set a number above zero."))
    if told.per_day > told.per_hour * HOURS > 0:
        found.append(warning("UPSTREAM_PER_DAY", f"{told.per_day} can never be reached at {told.per_hour} an hour."))
    if told.market == "live" and told.per_second > KNOWN_TO_BE_TOLERATED:
        found.append(
            warning(
                "UPSTREAM_PER_SECOND", f"Yahoo is known to bear one a second; at {told.per_second:g} it may refuse."
            )
        )
    if told.timeout > LONGEST:
        found.append(
            warning("UPSTREAM_TIMEOUT", f"{told.timeout:g} seconds: a source that hangs holds a worker that long.")
        )
    return found


def _at_once(told: Pace) -> Finding | None:
    if told.at_once >= told.worker > 1:
        return warning(
            "UPSTREAM_AT_ONCE",
            f"{told.at_once} jobs may wait for the source at once, and a worker has {told.worker} processes: pages "
            f"would wait with them. Set {told.worker - 1}.",
        )
    return None


def certificates(bundle: str) -> Finding | None:
    """The authority of a proxy; None where none is named."""
    try:
        there = not bundle or Path(bundle).is_file()
    except OSError:  # longer than any file's name
        there = False
    if not there:
        return error("YAHOO_CA_BUNDLE", f"{bundle[:LONGEST_NAME]} is not a file.")
    return ok("YAHOO_CA_BUNDLE", bundle) if bundle else None
