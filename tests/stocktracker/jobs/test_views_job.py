"""The page of one job, and what may be done there."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.models import Job, State

from .given import in_parts, make

pytestmark = pytest.mark.django_db
ACTIONS = ["cancel/", "retry/", "retry-parts/"]
STAFF_ONLY = ["/jobs/statistics/", "/jobs/workers/"]


@pytest.fixture
def as_staff(client: Client) -> Client:
    client.force_login(User.objects.create_user("root", is_staff=True))
    return client


def state_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def act(client: Client, job: Job, action: str) -> str:
    """What the page says afterwards."""
    return client.post(f"/jobs/{job.pk}/{action}", follow=True).text


def test_everything_about_a_job(as_staff: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    parent = in_parts(State.FAILED)
    job = make(
        State.FAILED, "AAPL", parent=parent, error="RateLimited: too many", key="first:AAPL:7", result={"gaps": 2}
    )

    with django_assert_num_queries(
        7
    ):  # session, user, the menu’s portfolio, the job with its parent; the bar, health, alarms
        page = as_staff.get(f"/jobs/{job.pk}/").text

    for text in ("History of AAPL", "Failed", "RateLimited: too many", "1 of at most 5", "after 2.5 s", "Gaps"):
        assert text in page
    assert f'href="/jobs/{parent.pk}/">Check of histories</a>' in page
    assert "first:AAPL:7" in page
    assert "&quot;symbol&quot;: &quot;AAPL&quot;" in page


def test_arguments_and_key_are_for_staff(signed_in: Client, user: User) -> None:
    job = make(State.DONE, "AAPL", requested_by=user, key="first:AAPL:7")

    page = signed_in.get(f"/jobs/{job.pk}/").text

    assert "History of AAPL" in page
    assert "first:AAPL:7" not in page
    assert "&quot;symbol&quot;" not in page


def test_parts_are_listed_failed_first_and_the_page_takes_as_many_queries_for_many(
    signed_in: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    parent = in_parts(*[State.DONE] * 60, State.FAILED, parts=120, requested_by=user)

    with django_assert_num_queries(6):  # session, user, the menu’s portfolio, the job, its parts; the bar
        page = signed_in.get(f"/jobs/{parent.pk}/").text

    assert page.index("History of S60") < page.index("History of S0<")
    assert "61 of 120 parts, 1 failed" in page
    assert 'href="?page=2">After</a>' in page
    assert "Retry failed parts" in page
    assert "History of S59" in signed_in.get(f"/jobs/{parent.pk}/?page=2").text


def test_a_part_nobody_asked_for_is_named_and_not_linked(signed_in: Client, user: User) -> None:
    parent = in_parts(State.FAILED, requested_by=user)
    part = parent.children.get()

    page = signed_in.get(f"/jobs/{parent.pk}/").text

    assert "History of S0" in page
    assert f"/jobs/{part.pk}/" not in page


def test_the_page_is_live_and_its_poll_brings_the_same(signed_in: Client, user: User) -> None:
    job = make(State.RUNNING, "AAPL", requested_by=user)

    whole = signed_in.get(f"/jobs/{job.pk}/")
    part = signed_in.get(f"/jobs/{job.pk}/?page=1&live=ms", headers={"HX-Request": "true"})
    Job.objects.update(state=State.DONE)
    ended = signed_in.get(f"/jobs/{job.pk}/?page=1&live=ms", headers={"HX-Request": "true"})

    assert f'hx-get="/jobs/{job.pk}/?page=1&amp;live=ms&amp;mark=' in whole.text
    assert 'id="job-page" class="stack" hx-swap-oob="true"' in part.text
    assert "<html" not in part.text
    assert ("hx-get" in ended.text, ended["HX-Trigger"]) == (False, "jobs-done")
    assert "HX-Request" in whole["Vary"]


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.QUEUED, {"cancel"}), (State.RUNNING, {"cancel"}), (State.PARTS, {"cancel"}),
        (State.FAILED, {"retry"}), (State.CANCELLED, {"retry"}), (State.DONE, set()),
    ],
)  # fmt: skip
def test_what_can_be_done_is_offered(signed_in: Client, user: User, state: State, offered: set[str]) -> None:
    job = make(state, "AAPL", requested_by=user)

    page = signed_in.get(f"/jobs/{job.pk}/").text

    assert {
        name for name in ("cancel", "retry", "retry-parts") if f'action="/jobs/{job.pk}/{name}/"' in page
    } == offered


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.QUEUED, "«History of AAPL» is cancelled."),
        (State.RUNNING, "It stops at its next step and changes nothing any more."),
        (State.DONE, "«History of AAPL» has ended already: nothing was cancelled."),
    ],
)
def test_cancelling_says_what_happens(signed_in: Client, user: User, state: State, said: str) -> None:
    job = make(state, "AAPL", requested_by=user)

    assert said in act(signed_in, job, "cancel/")
    assert state_of(job) == (State.DONE if state == State.DONE else State.CANCELLED)


def test_cancelling_a_job_in_parts_takes_its_parts_along(signed_in: Client, user: User) -> None:
    parent = in_parts(State.QUEUED, State.DONE, requested_by=user)

    assert "Its parts that had not ended are cancelled with it." in act(signed_in, parent, "cancel/")
    assert state_of(parent) == State.CANCELLED
    assert set(parent.children.values_list("state", flat=True)) == {State.CANCELLED, State.DONE}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "«History of AAPL» is tried again."),
        (State.CANCELLED, "«History of AAPL» is tried again."),
        (State.DONE, "«History of AAPL» was left alone"),
    ],
)
def test_retrying_says_what_happens(signed_in: Client, user: User, state: State, said: str) -> None:
    job = make(state, "AAPL", requested_by=user)

    assert said in act(signed_in, job, "retry/")
    assert state_of(job) == (State.DONE if state == State.DONE else State.QUEUED)


def test_failed_parts_are_retried_together(signed_in: Client, user: User) -> None:
    parent = in_parts(State.FAILED, State.CANCELLED, State.DONE, requested_by=user)

    assert "The parts of «Check of histories» that failed are tried again." in act(signed_in, parent, "retry-parts/")
    assert sorted(parent.children.values_list("state", flat=True)) == ["done", "queued", "queued"]
    assert "No part of «Check of histories» has failed." in act(signed_in, parent, "retry-parts/")


def test_another_persons_job_does_not_exist(signed_in: Client) -> None:
    theirs = make(State.QUEUED, "AAPL", requested_by=User.objects.create_user("grace"))
    nobodys = make(State.FAILED, "AAPL")

    for job in (theirs, nobodys):
        assert signed_in.get(f"/jobs/{job.pk}/").status_code == 404
        assert [signed_in.post(f"/jobs/{job.pk}/{action}").status_code for action in ACTIONS] == [404] * 3
    assert (state_of(theirs), state_of(nobodys)) == (State.QUEUED, State.FAILED)
    assert signed_in.get(f"/jobs/{'9' * 30}/").status_code == 404


def test_staff_may_do_what_everybody_may_do_with_theirs(as_staff: Client, user: User) -> None:
    job = make(State.QUEUED, "AAPL", requested_by=user)

    act(as_staff, job, "cancel/")

    assert state_of(job) == State.CANCELLED


def test_looking_changes_nothing_and_a_form_of_another_site_is_refused(user: User) -> None:
    job = make(State.QUEUED, "AAPL", requested_by=user)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert [strict.get(f"/jobs/{job.pk}/{action}").status_code for action in ACTIONS] == [405] * 3
    assert [strict.post(f"/jobs/{job.pk}/{action}").status_code for action in ACTIONS] == [403] * 3
    assert strict.post("/jobs/").status_code == 403
    assert state_of(job) == State.QUEUED


def test_a_stranger_is_sent_to_the_login_page(client: Client) -> None:
    job = make(State.QUEUED, "AAPL")
    pages = ["/jobs/", "/jobs/bar/", "/jobs/timetable/", *STAFF_ONLY, f"/jobs/{job.pk}/"]

    assert {client.get(page)["Location"] for page in pages} == {f"/login/?next={page}" for page in pages}
    assert {client.post(f"/jobs/{job.pk}/{action}").status_code for action in ACTIONS} == {302}
    assert state_of(job) == State.QUEUED


@pytest.mark.parametrize("page", STAFF_ONLY)
def test_numbers_and_workers_are_for_staff(signed_in: Client, page: str) -> None:
    assert signed_in.get(page).status_code == 403
    assert page not in signed_in.get("/jobs/").text


def test_pages_work_while_redis_is_away(as_staff: Client, redis_away: None) -> None:
    job = make(State.RUNNING, "AAPL", requested_by=User.objects.get())

    for page in ("/portfolios/new/", "/jobs/", f"/jobs/{job.pk}/", "/jobs/workers/", "/jobs/bar/"):
        answer = as_staff.get(page)
        assert answer.status_code == 200
        assert "History of AAPL" in answer.text
        assert ("Redis is unreachable" in answer.text) is (page != "/jobs/bar/")


def test_staff_is_told_on_every_page_what_keeps_jobs_from_running(as_staff: Client, user: User) -> None:
    shown = as_staff.get("/portfolios/new/").text
    as_staff.force_login(user)
    others = as_staff.get("/portfolios/new/").text

    assert "No worker is running" in shown
    assert "No worker is running" not in others
