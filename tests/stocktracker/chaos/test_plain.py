import pytest

import celeryconfig
from stocktracker.chaos import plain, work
from stocktracker.chaos.effects import count_plain
from stocktracker.jobs.kinds import kind_named


def test_plain_tasks_have_queues_of_their_own_and_job_kinds_keep_theirs() -> None:
    ours = kind_named(work.WORK).task.app.conf.broker_url

    assert ours == celeryconfig.broker_url
    assert plain.app.conf.broker_url == ours.replace("virtual_host=0", "virtual_host=1")


def test_one_of_the_two_is_acknowledged_when_it_has_ended() -> None:
    assert (plain.late.acks_late, plain.late.reject_on_worker_lost) == (True, True)
    assert not plain.early.acks_late


@pytest.mark.django_db
@pytest.mark.usefixtures("effects")
def test_delivered_twice_a_plain_task_leaves_two_effects() -> None:
    for task in plain.TASKS.values():
        task(1, "here", 0)
        task(1, "here", 0)

    assert [count_plain(mode, "here", [1], 0).doubled for mode in plain.TASKS] == [1, 1]


@pytest.mark.django_db
@pytest.mark.usefixtures("effects")
def test_the_fastest_task_there_can_be_is_one_row() -> None:
    plain.insert(7)

    assert count_plain(plain.EARLY, "rate", [7], 0).lost == 0
