from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portfolios.models import Portfolio
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.progress import Advance, Progress
from stocktracker.jobs.selectors import LISTED, QUIET, RECENT, SHOWN, JobList, portfolio_jobs, visible_jobs
from tests.processes import run_python

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def make(state: State = State.QUEUED, **fields: object) -> Job:
    values: dict[str, object] = {"kind": "jobs.prune", "queue": "housekeeping", "state": state, "finished_at": NOW}
    return Job.objects.create(**values | fields)


def card(portfolio: Portfolio) -> JobList:
    return portfolio_jobs(portfolio.pk, NOW)


def test_what_runs_comes_first_then_what_waits_then_what_ended(portfolio: Portfolio) -> None:
    states = [State.DONE, State.QUEUED, State.RUNNING, State.FAILED]
    jobs = {state: make(state, portfolio_id=portfolio.pk) for state in states}

    shown = [row.job for row in card(portfolio).rows]

    assert shown == [jobs[state] for state in (State.RUNNING, State.QUEUED, State.FAILED, State.DONE)]


def test_the_card_is_one_query(portfolio: Portfolio, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for state in State:
        make(state, portfolio_id=portfolio.pk)

    with django_assert_num_queries(1):
        card(portfolio)


def test_more_jobs_than_fit_are_counted_shown_or_not(portfolio: Portfolio) -> None:
    for _ in range(SHOWN + 3):
        make(portfolio_id=portfolio.pk)
    make(State.DONE, portfolio_id=portfolio.pk)

    jobs = card(portfolio)

    assert (len(jobs.rows), jobs.active, jobs.hidden) == (SHOWN, SHOWN + 3, 3)


def test_an_ended_job_leaves_the_card_after_a_while(portfolio: Portfolio) -> None:
    make(State.DONE, portfolio_id=portfolio.pk, finished_at=NOW - RECENT - timedelta(seconds=1))
    fresh = make(State.DONE, portfolio_id=portfolio.pk, finished_at=NOW - RECENT)

    assert [row.job for row in card(portfolio).rows] == [fresh]


def test_another_portfolios_jobs_are_not_on_the_card(portfolio: Portfolio) -> None:
    make(portfolio_id=portfolio.pk + 1)
    make()

    assert card(portfolio) == JobList([], 0)


def test_a_running_job_shows_how_far_it_is(portfolio: Portfolio) -> None:
    running, waiting = (make(state, portfolio_id=portfolio.pk) for state in (State.RUNNING, State.QUEUED))
    Progress(running.pk)(1, 4, "Reading")
    Progress(waiting.pk)(1, 4, "left over from an earlier attempt")

    first, second = card(portfolio).rows

    assert (first.advance, first.percent) == (Advance(1, 4, "Reading"), 25)
    assert (second.advance, second.percent) == (None, None)


def test_while_redis_is_away_jobs_are_listed_without_progress(portfolio: Portfolio) -> None:
    program = f"""
from django.utils import timezone
from stocktracker.jobs.selectors import portfolio_jobs
print(portfolio_jobs({portfolio.pk}, timezone.now()))
"""

    assert run_python(program, REDIS_URL="redis://127.0.0.1:1/0") == "JobList(rows=[], active=0, hidden=0)"


@pytest.mark.parametrize(
    ("states", "seconds"),
    [
        ([], 0),
        ([(State.DONE, ""), (State.FAILED, "no")], 0),
        ([(State.RUNNING, "")], 1),
        ([(State.QUEUED, "")], 1),
        ([(State.QUEUED, "The price source is paused.")], QUIET),
        ([(State.QUEUED, "The price source is paused."), (State.RUNNING, "")], 1),
        ([(State.RUNNING, "ValueError: the attempt before")], 1),
    ],
)
def test_a_page_asks_again_as_often_as_something_may_change(
    portfolio: Portfolio, states: list[tuple[State, str]], seconds: int
) -> None:
    for state, error in states:
        make(state, error=error, portfolio_id=portfolio.pk)

    assert card(portfolio).poll_seconds == seconds


def test_one_sees_ones_own_jobs_and_staff_everybodys(user: User) -> None:
    other = User.objects.create_user("grace")
    staff = User.objects.create_user("root", is_staff=True)
    mine, hers, nobodys = make(requested_by=user), make(requested_by=other), make()

    seen = {name: {row.job for row in visible_jobs(who).rows} for name, who in [("ada", user), ("root", staff)]}

    assert seen == {"ada": {mine}, "root": {mine, hers, nobodys}}


def test_who_is_not_signed_in_sees_not_even_the_timetables_jobs() -> None:
    make()

    assert visible_jobs(AnonymousUser()).rows == []


def test_the_list_ends_somewhere_and_is_one_query(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Job.objects.bulk_create(Job(kind="jobs.prune", queue="housekeeping", requested_by=user) for _ in range(LISTED + 10))

    with django_assert_num_queries(1):
        jobs = visible_jobs(user)

    assert (len(jobs.rows), jobs.active, jobs.hidden) == (LISTED, LISTED + 10, 10)
