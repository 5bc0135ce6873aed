from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.context import jobs
from stocktracker.jobs.models import State

from .given import make

pytestmark = pytest.mark.django_db


def told(user: User | AnonymousUser) -> dict[str, Any]:
    request = RequestFactory().get("/")
    request.user = user
    return jobs(request)


def test_a_page_that_does_not_ask_costs_nothing(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        told(user)


def test_the_bar_is_one_query_however_often_it_is_looked_at(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make(State.RUNNING, "AAPL", requested_by=user)

    with django_assert_num_queries(1):
        watch = told(user)["watch"]
        assert (watch.bar.active, watch.address, watch.seconds) == (1, "/jobs/bar/", 1)


def test_a_stranger_has_no_bar(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        found = told(AnonymousUser())
        assert not found["watch"]
        assert not found["health"]


def test_staff_is_told_what_keeps_jobs_from_running(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staff = User.objects.create_user("root", is_staff=True)

    with django_assert_num_queries(1):
        problems = list(told(staff)["health"])

    assert "worker" in {problem.code for problem in problems}
    assert not told(user)["health"]
