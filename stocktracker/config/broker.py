"""What Redis must be: reachable, never throwing a message away, ours alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .findings import Finding, error, ok, warning

ABOUT = "REDIS_URL"
OLDEST = 6
ENOUGH_MB = 20


@dataclass(frozen=True, slots=True)
class Broker:
    """What was seen of it; None where a platform does not say."""

    version: str
    policy: str | None  # what it does when its memory is full
    persistent: bool | None
    limit_mb: float | None  # 0: none
    strange: Sequence[str]  # keys that are none of ours


def broker(seen: Broker) -> list[Finding]:
    return [_version(seen.version), _policy(seen.policy), _persistence(seen.persistent), _room(seen.limit_mb),
            _company(seen.strange)]  # fmt: skip


def unreachable(reason: str) -> Finding:
    told = f"Redis cannot be reached: {reason}."
    if "certificate verify failed" in reason:
        told += " If your platform signs its own certificates, as Heroku does, set REDIS_TLS_VERIFY=0."
    return error(ABOUT, told)


def _version(version: str) -> Finding:
    major = version.partition(".")[0]
    if major.isdecimal() and int(major) < OLDEST:
        return warning(ABOUT, f"it is Redis {version}; 7 is what we test with.")
    return ok(ABOUT, f"Redis {version} answers.")


def _policy(policy: str | None) -> Finding:
    if policy is None:
        return ok(ABOUT, "it does not say what it does when its memory is full; noeviction is right.")
    if policy != "noeviction":
        return warning(
            ABOUT,
            f"maxmemory-policy is {policy}: when its memory is full, it throws messages away, and jobs begin late. Set "
            "noeviction.",
        )
    return ok(ABOUT, "it throws nothing away (noeviction).")


def _persistence(persistent: bool | None) -> Finding:
    if persistent is False:
        return ok(ABOUT, "it forgets everything at a restart; jobs are rows of PostgreSQL and are sent again.")
    return ok(
        ABOUT, "it keeps its memory over a restart." if persistent else "whether it keeps its memory is not said."
    )


def _room(limit_mb: float | None) -> Finding:
    if limit_mb and limit_mb < ENOUGH_MB:
        return warning(ABOUT, f"it has {limit_mb:.0f} MB; {ENOUGH_MB} are enough for thousands of waiting jobs.")
    return ok(ABOUT, "it has room enough.")


def _company(strange: Sequence[str]) -> Finding:
    if strange:
        return warning(
            ABOUT,
            f"something else keeps its things in the same database of it («{strange[0]}»). Two deployments in one "
            "would take each other's messages: give each a number of its own, like /1 at the end of the address.",
        )
    return ok(ABOUT, "nobody else uses this database of it.")
