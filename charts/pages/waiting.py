"""Reads of a result that is not there yet: how far it is, what it waits for, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass

from charts.backtest_selectors import Progress, progress_of
from charts.backtests.request import read
from charts.models import Backtest
from charts.services.asking import basis_of
from stocktracker.jobs.models import Job

from .asking import Words, in_words

DELAYS = (150, 300, 600, 1_200, 2_500)  # milliseconds until the next look
FETCHING = "stocktracker.backfill"


@dataclass(frozen=True, slots=True)
class Waiting:
    words: Words
    progress: Progress
    missing: list[str]
    reasons: list[str]  # why what is missing has not come
    look: int
    delay: int


def waiting(row: Backtest, look: int) -> Waiting:
    """Four queries, five while prices are missing."""
    request = read(row.request)
    progress = progress_of(row)
    missing = basis_of(request).missing if progress.done < progress.total else []
    reasons = _reasons(missing) if missing else []
    return Waiting(in_words(request), progress, missing, reasons, look + 1, delay_of(look))


def delay_of(look: int) -> int:
    """After so many looks; a request that says nonsense waits longest."""
    return DELAYS[look] if 0 <= look < len(DELAYS) else DELAYS[-1]


def _reasons(symbols: list[str]) -> list[str]:
    """What the jobs that fetch them say went wrong."""
    jobs = Job.objects.filter(kind=FETCHING, args__symbol__in=symbols, finished_at=None).exclude(error="")
    return sorted({job.error for job in jobs.order_by("-id")[: len(symbols)]})
