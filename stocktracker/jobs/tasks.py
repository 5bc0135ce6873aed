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
    from .sweep import prune as prune_now

    with run.commit({"forgotten": prune_now(timezone.now())}):
        pass
