import time

import pytest
from django.db import connection

from stocktracker.chaos.effects import Tally, count_jobs, count_plain, latest_effect, make_table, poisoned, record
from stocktracker.chaos.work import OURS
from stocktracker.jobs.models import Job, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("effects")]


def a_job(kind: str = "chaos.work", state: State = State.DONE, effects: int = 0, label: str = "here") -> Job:
    job = Job.objects.create(kind=kind, queue="charts", state=state, args={"label": label})
    for _ in range(effects):
        record(OURS, job.pk, label)
    return job


def test_a_job_that_is_done_with_one_effect_is_neither_lost_nor_doubled() -> None:
    job = a_job(effects=1)

    assert count_jobs("here", [job.pk], refused=2) == Tally(asked=1, refused=2, lost=0, doubled=0)


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.FAILED, State.DONE, State.PARTS])
def test_work_without_an_effect_is_lost_whatever_its_row_says(state: State) -> None:
    a_job(state=state)

    assert count_jobs("here", [], 0).lost == 1


def test_a_promised_job_without_a_row_is_lost() -> None:
    assert count_jobs("here", [4711], 0).lost == 1


def test_a_second_effect_is_doubled_and_so_is_one_of_a_job_that_is_not_done() -> None:
    a_job(effects=2)
    a_job(state=State.FAILED, effects=1)

    counted = count_jobs("here", [], 0)

    assert (counted.doubled, counted.lost) == (2, 1)


@pytest.mark.parametrize(("state", "lost"), [(State.FAILED, 0), (State.DONE, 1), (State.RUNNING, 1)])
def test_what_must_end_badly_has_failed(state: State, lost: int) -> None:
    a_job("chaos.poison", state)

    assert count_jobs("here", [], 0).lost == lost


def test_a_probe_leaves_no_effect_and_is_not_counted_as_work() -> None:
    a_job("chaos.probe")

    assert count_jobs("here", [], 0) == Tally(0, 0, 0, 0)


def test_other_labels_and_other_jobs_are_somebody_elses() -> None:
    a_job(label="elsewhere")
    Job.objects.create(kind="stocktracker.rebuild", queue="charts", args={"label": "here"})

    assert count_jobs("here", [], 0).lost == 0


def test_plain_tasks_are_counted_by_their_effects_alone() -> None:
    for number in (1, 2, 2):
        record("default", number, "here")

    assert count_plain("default", "here", [1, 2, 3], refused=4) == Tally(3, 4, 1, 1)
    assert count_plain("acks_late", "here", [1], refused=0).lost == 1


def test_the_latest_effect_is_told_in_seconds_of_the_wall_clock() -> None:
    record("default", 1, "here")

    latest = latest_effect("default", "here")

    assert latest is not None
    assert abs(latest - time.time()) < 60
    assert latest_effect("default", "elsewhere") is None


def test_the_deaths_of_a_plain_poison_are_counted() -> None:
    record("poison", 0, "here")

    assert (poisoned("here"), poisoned("elsewhere")) == (1, 0)


def test_the_table_is_made_once() -> None:
    make_table()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM chaos_effect")
        assert cursor.fetchone() == (0,)
