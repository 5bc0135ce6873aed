from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.details import one_job, visible_job
from stocktracker.jobs.listing import ROWS_A_PAGE
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.progress import Progress

from .given import NOW, in_parts, make

pytestmark = pytest.mark.django_db


def test_a_job_is_seen_by_who_asked_for_it_and_by_staff(user: User) -> None:
    mine, nobodys = make(requested_by=user), make()
    staff = User.objects.create_user("root", is_staff=True)

    assert visible_job(user, mine.pk) == mine
    assert visible_job(user, nobodys.pk) is None
    assert visible_job(staff, nobodys.pk) == nobodys
    assert visible_job(staff, 10**30) is None


def test_the_parts_that_failed_come_first(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    parent = in_parts(State.DONE, State.QUEUED, State.FAILED, State.RUNNING, parts=120, requested_by=user)

    with django_assert_num_queries(2):  # the job with its parent and its count, its parts
        found = visible_job(user, parent.pk)
        assert found
        one = one_job(found, 1, NOW)

    assert [row.job.state for row in one.parts] == [State.FAILED, State.RUNNING, State.QUEUED, State.DONE]
    assert (one.row.progress, one.row.percent, one.has_failed_parts) == ("2 of 120 parts, 1 failed", 1, True)
    assert (one.shown.active, one.has_more) == (3, False)


def test_many_parts_are_pages(user: User) -> None:
    parent = in_parts(*[State.DONE] * (ROWS_A_PAGE + 1))

    first, last = one_job(parent, 1, NOW), one_job(parent, 2, NOW)

    assert (len(first.parts), first.has_more, len(last.parts), last.has_more) == (ROWS_A_PAGE, True, 1, False)


def test_a_running_job_says_how_far_and_how_long() -> None:
    job = make(State.RUNNING, "AAPL", run_at=NOW - timedelta(seconds=9), started_at=NOW - timedelta(seconds=5))
    Progress(job.pk)(1, 4, "2014")

    one = one_job(job, 1, NOW)

    assert (one.row.progress, one.waited, one.running_for, one.row.ran) == ("25% · 2014", "4.0 s", "5.0 s", "")


def test_a_waiting_job_waits_until_now_and_not_before_it_is_due() -> None:
    due, later = (make(run_at=NOW + timedelta(seconds=seconds)) for seconds in (-30, 30))

    assert (one_job(due, 1, NOW).waited, one_job(later, 1, NOW).waited) == ("30 s", "")


def test_an_ended_job_says_how_long_it_ran_and_what_came_of_it() -> None:
    one = one_job(make(State.DONE, "AAPL", result={"gaps": 2}), 1, NOW)

    assert (one.row.ran, one.running_for, one.result) == ("2.5 s", "", [("Gaps", "2")])
    assert one.arguments == '{\n  "symbol": "AAPL"\n}'
    assert one.shown.active == 0


def test_a_job_without_parts_asks_for_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    job = make(State.DONE)

    with django_assert_num_queries(0):
        one_job(job, 1, NOW)

    assert Job.objects.count() == 1
