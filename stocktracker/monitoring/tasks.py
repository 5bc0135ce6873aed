"""The doorbell of the monitoring room."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="monitoring.watch")
def watch() -> None:
    from .alarms.settling import watch as watch_now
    from .retention import carry_over

    now = timezone.now()
    watch_now(now)
    carry_over(now)
