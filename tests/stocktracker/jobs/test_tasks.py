from datetime import timedelta

import pytest
from django.utils import timezone

from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.services import enqueue
from stocktracker.jobs.tasks import sweep

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_beats_ring_repairs_what_a_dead_worker_left() -> None:
    job = enqueue("jobs.prune")
    Job.objects.update(state=State.RUNNING, attempts=1)

    sweep()

    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert job.sent_at is not None


def test_a_message_with_a_jobs_id_does_its_work_and_says_what_was_done() -> None:
    enqueue("jobs.prune", key="old")
    Job.objects.update(state=State.DONE, finished_at=timezone.now() - timedelta(days=8))
    job = enqueue("jobs.prune")

    kind_named("jobs.prune").task(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"days kept": 1, "given up": 0, "forgotten": 1})


def test_a_message_about_a_job_that_is_gone_does_nothing() -> None:
    kind_named("jobs.prune").task(4711)

    assert Job.objects.count() == 0
