"""What kinds of jobs cost: how many ended how, and how long they took; of rows there are, and kept by day for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from .kinds import find_kind

KEPT_DAYS = 400  # of a kind's numbers
SETTLED = timedelta(days=6)  # a day's rows are all there for so long, and may still change by a retry

ENDED = """
    count(*) FILTER (WHERE state = 'done') AS done,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE state = 'done' AND attempts > 1) AS retried,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
        FILTER (WHERE state = 'done') AS p50_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at))
        FILTER (WHERE state = 'done') AS p95_seconds
"""
RECENT = f"""
SELECT kind, {ENDED},
    percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - run_at))
        FILTER (WHERE started_at >= run_at) AS waited_p95_seconds
FROM jobs_job WHERE finished_at >= %s GROUP BY kind ORDER BY count(*) DESC, kind
"""  # noqa: S608 — put together from constants
KEEP = f"""
INSERT INTO jobs_kindday (kind, day, done, failed, cancelled, retried, p50_seconds, p95_seconds)
SELECT kind, (finished_at AT TIME ZONE 'UTC')::date AS day, {ENDED}
FROM jobs_job WHERE finished_at < %(today)s GROUP BY kind, day
ON CONFLICT (kind, day) DO UPDATE SET done = excluded.done, failed = excluded.failed, cancelled = excluded.cancelled,
    retried = excluded.retried, p50_seconds = excluded.p50_seconds, p95_seconds = excluded.p95_seconds
WHERE excluded.day >= %(settled)s
"""  # noqa: S608 — put together from constants


@dataclass(frozen=True, slots=True)
class KindNumbers:
    kind: str
    done: int
    failed: int
    cancelled: int
    retried: int  # of those done, with more than one attempt
    p50_seconds: float | None  # of the last attempt of those done
    p95_seconds: float | None
    waited_p95_seconds: float | None  # from when it was due until its last attempt began

    @property
    def title(self) -> str:
        """What its jobs are called, without what each is about: «History of …»."""
        kind = find_kind(self.kind)
        return kind.plain_title if kind else self.kind


def recent(since: datetime) -> list[KindNumbers]:
    """Of jobs that ended since then, the most frequent kind first; rows are kept for a week."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT, [since])
        return [KindNumbers(*row) for row in cursor.fetchall()]


def keep_days(now: datetime) -> int:
    """How many days of kinds were stored or brought up to date: all before today (UTC) of which there are rows."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {"today": today, "settled": (today - SETTLED).date()})
        stored = int(cursor.rowcount)
        cursor.execute("DELETE FROM jobs_kindday WHERE day < %s", [(today - timedelta(days=KEPT_DAYS)).date()])
    return stored
