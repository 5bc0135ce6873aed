"""Doorbells of the charts app: backtests somebody waits for, studies of them, saved strategies after a close."""

from __future__ import annotations

from datetime import UTC

from django.utils import timezone

from stocktracker.jobs.kinds import job
from stocktracker.jobs.running import Run


@job("charts.backtest", queue="interactive", priority=1, title="Backtest of {subject}")
def backtest(run: Run, backtest: int) -> None:
    from charts.services.computing import compute

    compute(run, backtest, timezone.now())


STUDY_SECONDS = 900  # two thousand runs of fifty securities traded every week for thirty years take seven minutes


@job(
    "charts.study",
    queue="interactive",
    priority=2,
    title="Study of a backtest of {subject}",
    max_attempts=2,
    seconds=STUDY_SECONDS,
)
def study(run: Run, study: int) -> None:
    from charts.services.studying import compute

    compute(run, study, timezone.now())


@job("charts.strategy", queue="charts", priority=6, title="Saved strategy {subject}")
def strategy(run: Run, strategy: int) -> None:
    from charts.services.continuing import recompute

    recompute(run, strategy, timezone.now())


@job("charts.forget_backtests", queue="housekeeping", priority=8, title="Results of backtests nobody looks at")
def forget_backtests(run: Run) -> None:
    from charts.services.forgetting import forget

    with run.commit({"forgotten": forget(timezone.now().astimezone(UTC))}):
        pass
