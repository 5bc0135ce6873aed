"""What work leaves behind: one row an effect, in a table of the private database, and how it is counted."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

MILLISECOND = 0.001  # of what work takes
TABLE = """
CREATE TABLE IF NOT EXISTS chaos_effect (
    mode text NOT NULL, asked bigint NOT NULL, label text NOT NULL, process int NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
# A job that ended well left exactly one effect; one that must end badly has failed and left none.
JOBS = """
WITH counted AS (SELECT asked, count(*) AS n FROM chaos_effect WHERE mode = 'jobs' GROUP BY asked)
SELECT id, state, coalesce(n, 0),
       CASE WHEN kind IN ('chaos.work', 'chaos.long') THEN 'done'
            WHEN kind = 'chaos.probe' THEN 'probe' ELSE 'failed' END
FROM jobs_job LEFT JOIN counted ON counted.asked = id
WHERE kind LIKE 'chaos.%%' AND args->>'label' = %s
"""
EFFECTS = "SELECT asked, count(*) FROM chaos_effect WHERE mode = %s AND label = %s GROUP BY asked"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of what was asked for; `refused`: whoever asked was told so at once."""

    asked: int
    refused: int
    lost: int
    doubled: int


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def record(mode: str, asked: int, label: str) -> None:
    """In the caller's transaction, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chaos_effect (mode, asked, label, process) VALUES (%s, %s, %s, %s)",
            [mode, asked, label, os.getpid()],
        )


def count_jobs(label: str, promised: Collection[int], refused: int) -> Tally:
    """Of job rows: `promised` are the ids of those whose transaction committed, as far as the asker knows."""
    rows = _rows(JOBS, label)
    gone = set(promised) - {row[0] for row in rows}
    lost = [row for row in rows if not _ended_well(row[1], row[2], row[3])]
    doubled = [row for row in rows if row[2] > (row[3] == "done" and row[1] == "done")]
    return Tally(sum(row[3] != "probe" for row in rows), refused, len(gone) + len(lost), len(doubled))


def _ended_well(state: str, effects: int, wanted: str) -> bool:
    if wanted == "done":
        return state == "done" and effects > 0
    return state == "done" if wanted == "probe" else state == "failed"


def count_plain(mode: str, label: str, promised: Collection[int], refused: int) -> Tally:
    """Of plain tasks, which leave nothing but effects."""
    effects = dict(_rows(EFFECTS, mode, label))
    return Tally(
        len(promised), refused, len(set(promised) - set(effects)), sum(count > 1 for count in effects.values())
    )


def _rows(query: str, *parameters: str) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows


def latest_effect(mode: str, label: str) -> float | None:
    """When, in seconds of the wall clock."""
    [(at,)] = _rows("SELECT extract(epoch FROM max(at)) FROM chaos_effect WHERE mode = %s AND label = %s", mode, label)
    return None if at is None else float(at)


def poisoned(label: str) -> int:
    """How many processes a plain poison task has ended."""
    return len(_rows("SELECT 1 FROM chaos_effect WHERE mode = 'poison' AND label = %s", label))
