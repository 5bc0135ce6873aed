"""What PostgreSQL must be: new enough, ours, migrated, on session connections, with a clock that agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .findings import Finding, error, ok, warning
from .processes import Sizes, connections

ABOUT = "DATABASE_URL"
OLDEST = 14  # what Django 5.2 takes
CLOCKS_AGREE = 5.0  # seconds: a job is due five seconds early at the most (jobs.running)
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Database:
    """What was seen of it."""

    version: int  # 170004 is 17.4
    pooled: bool  # two connections of ours were one session
    pending: Sequence[str]  # migrations
    market: str | None  # whose prices it holds; None: nobody's yet
    limit: int  # connections this role may have
    taken: int  # by others, now
    ahead: float  # seconds its clock is before ours


def database(seen: Database, market: str, sizes: Sizes) -> list[Finding]:
    return [
        _version(seen.version),
        _session(pooled=seen.pooled),
        _migrations(seen.pending),
        _market(seen.market, market),
        connections(sizes, limit=seen.limit, taken=seen.taken),
        _clock(seen.ahead),
    ]


def unreachable(reason: str) -> Finding:
    """Says more where a pooler refuses what we ask of a session."""
    if "unsupported startup parameter" in reason:
        return error(
            ABOUT,
            "a pooler before PostgreSQL refuses our settings of a session. Name PostgreSQL itself, or a pooler in "
            "session mode with ignore_startup_parameters = options.",
        )
    return error(ABOUT, f"PostgreSQL cannot be reached: {' '.join(reason.split())}")


def _version(number: int) -> Finding:
    major = number // 10_000
    if major < OLDEST:
        return error(ABOUT, f"it is PostgreSQL {major}; {OLDEST} or newer is needed, 17 or 18 is what we test with.")
    return ok(ABOUT, f"PostgreSQL {major} answers.")


def _session(*, pooled: bool) -> Finding:
    if pooled:
        return error(
            ABOUT,
            "two connections share one session: a pooler in transaction mode is in between. Jobs hold advisory locks "
            "as long as they run, so two workers would do the same job. Name the session port, or PostgreSQL itself.",
        )
    return ok(ABOUT, "each connection is a session of its own.")


def _migrations(pending: Sequence[str]) -> Finding:
    if pending:
        first = ", ".join(pending[:SHOWN])
        return error("migrations", f"{len(pending)} are missing ({first} …): run manage.py release.")
    return ok("migrations", "all are there.")


def _market(held: str | None, wanted: str) -> Finding:
    if held is None:
        return warning("MARKET", f"the database is nobody's yet: manage.py release makes it one of {wanted} prices.")
    if held != wanted:
        return error("MARKET", f"the database holds {held} prices, and MARKET is {wanted}: they are never mixed.")
    return ok("MARKET", f"{wanted}, as the database.")


def _clock(ahead: float) -> Finding:
    if abs(ahead) > CLOCKS_AGREE:
        which = "ahead of" if ahead > 0 else "behind"
        return warning("clock", f"PostgreSQL's is {abs(ahead):.0f} seconds {which} ours: let both ask a time server.")
    return ok("clock", "PostgreSQL's agrees with ours.")
