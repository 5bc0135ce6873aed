import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.models import Job, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(user: User) -> Job:
    return Job.objects.create(
        kind="stocktracker.backfill", args={"symbol": "VOD.L"}, queue="prices", requested_by=user, state=State.RUNNING
    )


def test_the_page_lists_my_jobs_and_asks_again_while_one_runs(signed_in: Client, job: Job) -> None:
    page = signed_in.get("/jobs/").text

    assert "History of VOD.L" in page
    assert 'hx-get="/jobs/" hx-trigger="load delay:1s"' in page


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_the_page_is_quiet_when_nothing_runs(signed_in: Client, job: Job, state: State) -> None:
    Job.objects.update(state=state, error="RateLimited: too many" if state == State.FAILED else "")

    page = signed_in.get("/jobs/").text

    assert "hx-trigger" not in page
    assert ("RateLimited: too many" in page) is (state == State.FAILED)


def test_a_poll_gets_the_same_list_without_the_page_around_it(signed_in: Client, job: Job) -> None:
    whole = signed_in.get("/jobs/")
    part = signed_in.get("/jobs/", headers={"HX-Request": "true"})

    assert part.text.strip() in whole.text
    assert "<html" not in part.text
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in whole["Vary"]


def test_a_page_without_jobs_says_what_will_be_here(signed_in: Client) -> None:
    assert "No job has run yet." in signed_in.get("/jobs/").text


def test_another_users_jobs_are_not_shown(client: Client, job: Job) -> None:
    client.force_login(User.objects.create_user("grace"))

    assert "VOD.L" not in client.get("/jobs/").text


def test_a_stranger_is_sent_to_the_login_page(client: Client) -> None:
    assert client.get("/jobs/")["Location"] == "/login/?next=/jobs/"


def test_the_page_takes_as_many_queries_for_many_jobs_as_for_one(
    signed_in: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Job.objects.bulk_create(Job(kind="jobs.prune", queue="housekeeping", requested_by=user) for _ in range(30))

    with django_assert_num_queries(3):  # session, user, jobs
        signed_in.get("/jobs/")


def test_an_error_is_shown_as_text(signed_in: Client, job: Job) -> None:
    Job.objects.update(state=State.FAILED, error="<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in signed_in.get("/jobs/").text
