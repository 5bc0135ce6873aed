"""Doorbells of the jobs room."""

from celery import shared_task
from django.utils import timezone

from .kinds import job
from .running import Run


@shared_task(name="jobs.sweep")
def sweep() -> None:
    from .sweep import sweep as sweep_now

    sweep_now(timezone.now())


@job("jobs.prune", queue="housekeeping", priority=9, title="Forget old jobs")
def prune(run: Run) -> None:
    from .retention import give_up_unknown
    from .retention import prune as prune_now
    from .statistics import keep_days

    now = timezone.now()
    kept = keep_days(now)  # before the rows go
    with run.commit({"days kept": kept, "given up": give_up_unknown(now), "forgotten": prune_now(now)}):
        pass
