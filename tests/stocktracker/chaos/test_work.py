import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from stocktracker.chaos import work
from stocktracker.chaos.effects import count_jobs
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.services import enqueue
from tests.processes import ROOT, environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("effects")]
DIES = "import django; django.setup(); from stocktracker.chaos import work; work.poison(None, 'here')"


def delivered(kind: str, times: int = 1, **args: Any) -> Job:
    job = enqueue(kind, label="here", **args)
    for _ in range(times):
        kind_named(kind).task(job.pk)
    job.refresh_from_db()
    return job


def test_work_leaves_one_effect_however_often_its_message_comes() -> None:
    job = delivered("chaos.work", times=3, milliseconds=1)

    assert (job.state, job.attempts) == (State.DONE, 1)
    assert count_jobs("here", [job.pk], 0).doubled == count_jobs("here", [job.pk], 0).lost == 0


def test_a_probe_is_done_and_goes_first() -> None:
    job = delivered("chaos.probe")

    assert (job.state, job.queue, job.priority) == (State.DONE, "interactive", 1)


def test_a_long_job_is_long_at_its_first_attempt_only() -> None:
    job = enqueue("chaos.long", label="here", seconds=work.FOR_EVER)
    Job.objects.filter(pk=job.pk).update(attempts=1)

    kind_named("chaos.long").task(job.pk)

    assert count_jobs("here", [job.pk], 0).lost == 0


def test_nothing_is_done_at_once() -> None:
    job = enqueue("chaos.nothing")

    kind_named("chaos.nothing").task(job.pk)

    assert Job.objects.get().state == State.DONE


@pytest.mark.parametrize("kind", ["chaos.overtime", "chaos.stubborn"])
def test_limits_of_jobs_that_take_too_long_are_seconds_and_one_attempt(kind: str) -> None:
    task = kind_named(kind).task

    assert (task.soft_time_limit, task.time_limit) == (work.SOFT_SECONDS, work.HARD_SECONDS)
    assert kind_named(kind).max_attempts == 1


def test_the_stubborn_one_goes_on_after_the_soft_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def interrupted_once(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            raise SoftTimeLimitExceeded

    monkeypatch.setattr(time, "sleep", interrupted_once)
    work.stubborn(None, "here")

    assert slept == [work.FOR_EVER, work.FOR_EVER]


def test_poison_ends_the_process_it_runs_in() -> None:
    env = environment(DJANGO_SETTINGS_MODULE="stocktracker.settings")

    ended = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=env, check=False)

    assert ended.returncode == -signal.SIGKILL
