from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from pytest_django import DjangoAssertNumQueries

from portfolios.models import Portfolio
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.progress import Advance, Progress
from stocktracker.jobs.selectors import (
    RECENT,
    SHOWN,
    JobList,
    JobRow,
    job_rows,
    listed,
    my_jobs,
    portfolio_jobs,
    visible,
    with_parts,
)
from tests.processes import run_python

from .given import NOW, in_parts, make

pytestmark = pytest.mark.django_db


def card(portfolio: Portfolio) -> JobList:
    return portfolio_jobs(portfolio.pk, NOW)


def test_what_runs_comes_first_then_what_waits_then_what_ended(portfolio: Portfolio) -> None:
    states = [State.DONE, State.QUEUED, State.PARTS, State.RUNNING, State.FAILED]
    jobs = {state: make(state, symbol=state.name, portfolio_id=portfolio.pk) for state in states}

    shown = [row.job for row in card(portfolio).rows]

    wanted = (State.RUNNING, State.PARTS, State.QUEUED, State.FAILED, State.DONE)
    assert shown == [jobs[state] for state in wanted]


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


def test_of_jobs_that_ended_under_one_title_the_card_tells_the_last(portfolio: Portfolio) -> None:
    _, last = (
        make(State.DONE, portfolio_id=portfolio.pk, kind="stocktracker.rebuild", subject="Family", args={"at": number})
        for number in (1, 2)
    )
    make(State.FAILED, "AAPL", portfolio_id=portfolio.pk)
    under_way = [make(symbol=symbol, portfolio_id=portfolio.pk) for symbol in ("MSFT", "AAPL")]

    assert [row.job for row in card(portfolio).rows] == [*reversed(under_way), last]


def test_another_portfolios_jobs_are_not_on_the_card(portfolio: Portfolio) -> None:
    make(portfolio_id=portfolio.pk + 1)
    make()

    assert card(portfolio) == JobList([], 0)


def test_a_running_job_shows_how_far_it_is(portfolio: Portfolio) -> None:
    running, waiting = (make(state, portfolio_id=portfolio.pk) for state in (State.RUNNING, State.QUEUED))
    Progress(running.pk)(1, 4, "Reading")
    Progress(waiting.pk)(1, 4, "left over from an earlier attempt")

    first, second = card(portfolio).rows

    assert (first.advance, first.percent, first.progress) == (Advance(1, 4, "Reading"), 25, "25% · Reading")
    assert (second.advance, second.percent, second.progress) == (None, None, "")


def test_a_job_in_parts_is_as_far_as_its_parts(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    in_parts(State.DONE, State.FAILED, State.CANCELLED, State.QUEUED, State.RUNNING, State.PARTS, parts=8)

    with django_assert_num_queries(1):
        (row,) = job_rows(with_parts(Job.objects.filter(parts=8)))

    assert (row.ended_parts, row.failed_parts, row.percent) == (3, 2, 37)
    assert row.progress == "3 of 8 parts, 2 failed"


def test_a_part_is_not_told_of_beside_its_job(portfolio: Portfolio) -> None:
    parent = in_parts(State.QUEUED, portfolio_id=portfolio.pk)
    Job.objects.update(portfolio_id=portfolio.pk, requested_by=portfolio.owner)
    orphan = make(portfolio_id=portfolio.pk, parent=make(State.DONE, parts=1), requested_by=portfolio.owner)

    assert {row.job for row in card(portfolio).rows} == {row.job for row in my_jobs(portfolio.owner).rows}
    assert {row.job for row in card(portfolio).rows} == {parent, orphan}


def test_the_bar_is_what_i_asked_for_and_is_under_way(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mine = [make(state, requested_by=user) for state in (State.QUEUED, State.PARTS, State.RUNNING)]
    make(State.DONE, requested_by=user)
    make(State.RUNNING)
    make(State.RUNNING, requested_by=User.objects.create_user("grace"))
    make(State.RUNNING, kind="pricing.search", requested_by=user)

    with django_assert_num_queries(1):
        bar = my_jobs(user)

    assert [row.job for row in bar.rows] == list(reversed(mine))
    assert (bar.active, bar.hidden) == (3, 0)


def test_who_is_not_signed_in_has_no_jobs(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make()

    with django_assert_num_queries(0):
        assert my_jobs(AnonymousUser()).rows == []
    assert not visible(AnonymousUser()).exists()


def test_while_redis_is_away_jobs_are_listed_without_progress(user: User) -> None:
    program = f"""
from django.contrib.auth.models import User
from stocktracker.jobs.selectors import my_jobs
print(my_jobs(User(pk={user.pk})))
"""

    assert run_python(program, REDIS_URL="redis://127.0.0.1:1/0") == "JobList(rows=[], active=0, hidden=0)"


def test_a_list_waits_where_all_that_is_under_way_has_its_next_try_before_it() -> None:
    postponed, running = make(error="The price source is paused."), make(State.RUNNING, error="The attempt before.")

    assert listed([postponed, make(State.DONE)]).waiting
    assert not listed([postponed, running]).waiting
    assert not listed([make()]).waiting


@pytest.mark.parametrize("change", [{"state": State.RUNNING}, {"attempts": 2}, {"run_at": NOW}])
def test_whatever_one_could_see_changes_the_mark(change: dict[str, object]) -> None:
    job = make(symbol="AAPL")
    before = listed([job]).mark

    Job.objects.update(**change)
    job.refresh_from_db()

    assert listed([job]).mark != before
    assert listed([job]).mark == listed([job]).mark


def test_only_what_came_to_nothing_by_itself_is_retried_as_a_whole() -> None:
    states = [state for state in State if JobRow(make(state)).may_be_retried]

    assert states == [State.FAILED, State.CANCELLED]
    assert not JobRow(make(State.CANCELLED, parts=3)).may_be_retried
