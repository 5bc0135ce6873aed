import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.models import Job, KindDay, State
from stocktracker.jobs.progress import Progress

from .given import in_parts, make

pytestmark = pytest.mark.django_db
POLL = {"HX-Request": "true"}


@pytest.fixture
def job(user: User) -> Job:
    return make(State.RUNNING, "VOD.L", requested_by=user)


@pytest.fixture
def as_staff(client: Client) -> Client:
    client.force_login(User.objects.create_user("root", is_staff=True))
    return client


def polled_at(page: str) -> str:
    """Where the bar of this page asks next."""
    found = re.search(r'id="jobs-bar" hx-get="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_every_page_says_what_runs_for_me_and_how_far(signed_in: Client, job: Job) -> None:
    Progress(job.pk)(9, 20, "2014")

    page = signed_in.get("/portfolios/new/").text

    assert "History of VOD.L" in page
    assert "45%" in page
    assert 'hx-trigger="every 1s"' in page
    assert polled_at(page).startswith("/jobs/bar/?live=m&")


def test_several_jobs_are_counted_and_the_first_is_named(signed_in: Client, user: User, job: Job) -> None:
    in_parts(State.FAILED, State.QUEUED, requested_by=user)
    make(requested_by=user)

    bar = signed_in.get("/jobs/bar/").text

    assert "<b>3 jobs under way</b> · " in bar
    assert "History of VOD.L" in bar


def test_a_page_without_jobs_of_mine_is_quiet(signed_in: Client, job: Job) -> None:
    Job.objects.update(requested_by=None)

    page = signed_in.get("/portfolios/new/").text

    assert "hx-trigger" not in page
    assert '<div id="jobs-bar">' in page


def test_first_paint_and_poll_are_the_same_bar(signed_in: Client, job: Job) -> None:
    def bar(page: str) -> str:
        return page[page.index('<div id="jobs-bar"') : page.index("</a>\n\n</div>")]

    assert bar(signed_in.get("/portfolios/new/").text) == bar(signed_in.get("/jobs/bar/").text)


def test_the_bar_slows_down_while_nothing_moves_and_hurries_when_something_does(signed_in: Client, job: Job) -> None:
    answer = signed_in.get("/portfolios/new/").text
    for _ in range(5):
        answer = signed_in.get(polled_at(answer), headers=POLL).text
    Progress(job.pk)(1, 2, "")
    moved = signed_in.get(polled_at(answer), headers=POLL).text

    assert 'hx-trigger="every 2s"' in answer
    assert 'hx-trigger="every 1s"' in moved


def test_when_my_last_job_ends_the_page_is_told_and_nothing_asks_again(signed_in: Client, job: Job) -> None:
    address = polled_at(signed_in.get("/portfolios/new/").text)
    busy = signed_in.get(address, headers=POLL)
    Job.objects.update(state=State.DONE)

    ended = signed_in.get(address, headers=POLL)

    assert (busy.get("HX-Trigger"), ended["HX-Trigger"]) == (None, "jobs-done")
    assert "hx-get" not in ended.text
    assert 'id="jobs-said" role="status" hx-swap-oob="innerHTML">Your jobs have ended.<' in ended.text
    assert "jobs-said" not in busy.text


def test_the_bar_is_three_queries(
    signed_in: Client, job: Job, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # session, user, jobs
        signed_in.get("/jobs/bar/")


def test_the_login_page_asks_only_whether_there_is_somebody(
    client: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert client.get("/login/").status_code == 200


def test_the_page_lists_my_jobs_and_asks_again_while_one_runs(signed_in: Client, job: Job) -> None:
    page = signed_in.get("/jobs/?state=running&q=vod").text

    assert f'href="/jobs/{job.pk}/">History of VOD.L</a>' in page
    assert polled_at(page).startswith("/jobs/?state=running&q=vod&live=ms&mark=")


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_the_page_is_quiet_when_nothing_runs(signed_in: Client, job: Job, state: State) -> None:
    error = "RateLimited: too many" if state == State.FAILED else ""
    Job.objects.update(state=state, error=error, finished_at=timezone.now())

    page = signed_in.get("/jobs/").text

    assert "hx-trigger" not in page
    assert ("It failed; whoever runs this deployment can see why." in page) is (state == State.FAILED)
    assert "RateLimited" not in page


def test_a_poll_gets_the_same_list_without_the_page_around_it(signed_in: Client, job: Job) -> None:
    whole = signed_in.get("/jobs/")
    part = signed_in.get(polled_at(whole.text), headers=POLL)

    row = part.text[part.text.index(f'<div class="job" id="job-{job.pk}">') :].strip()
    assert row in whole.text
    assert 'id="jobs-list" class="blocks" hx-swap-oob="true"' in part.text
    assert "<html" not in part.text
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in whole["Vary"]


def test_a_page_without_jobs_says_what_will_be_here_or_that_none_is_like_that(signed_in: Client) -> None:
    assert "No job has run yet." in signed_in.get("/jobs/").text
    assert "No job is like that." in signed_in.get("/jobs/?q=nothing").text
    assert "There are no older jobs." in signed_in.get("/jobs/?page=7").text


def test_filters_stay_on_the_way_to_older_jobs(signed_in: Client, user: User) -> None:
    Job.objects.bulk_create(Job(kind="jobs.prune", queue="housekeeping", requested_by=user) for _ in range(51))

    page = signed_in.get("/jobs/?kind=jobs.prune&state=queued").text

    assert 'href="?state=queued&amp;kind=jobs.prune&amp;page=2">Older</a>' in page
    assert '<option value="jobs.prune" selected>' in page
    assert '<option value="queued" selected>' in page


def test_staff_chooses_between_everybodys_jobs_and_its_own(as_staff: Client, user: User, job: Job) -> None:
    everybody, mine = as_staff.get("/jobs/").text, as_staff.get("/jobs/?mine=1").text
    as_staff.force_login(user)
    others = as_staff.get("/jobs/").text

    assert "<span>ada</span>" in everybody
    assert "VOD.L" not in mine
    assert ('name="mine"' in everybody, 'name="mine"' in others, "<span>ada</span>" in others) == (True, False, False)


def test_the_page_takes_as_many_queries_for_many_jobs_as_for_one(
    signed_in: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Job.objects.bulk_create(Job(kind="jobs.prune", queue="housekeeping", requested_by=user) for _ in range(30))

    with django_assert_num_queries(6):  # session, user, the menu’s portfolio, jobs under way, jobs that ended, the bar
        signed_in.get("/jobs/")


def test_an_error_is_shown_as_text(signed_in: Client, job: Job) -> None:
    evil = "<script>alert(1)</script>"
    Job.objects.update(state=State.FAILED, error=evil, finished_at=timezone.now(), args={"symbol": evil})

    for page in ("/jobs/", f"/jobs/{job.pk}/", "/jobs/?q=<script>alert(1)</script>"):
        shown = signed_in.get(page).text
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown


def test_the_timetable_is_for_everybody_and_its_results_for_staff(as_staff: Client, user: User) -> None:
    ran = make(State.DONE, kind="stocktracker.reconcile", result={"gaps": 2})
    for_staff = as_staff.get("/jobs/timetable/").text
    as_staff.force_login(user)
    for_others = as_staff.get("/jobs/timetable/").text

    for page in (for_staff, for_others):
        assert "Next check of histories" in page
        assert "done</span> in 2.5 s" in page
    assert (f'href="/jobs/{ran.pk}/"' in for_staff, "gaps 2" in for_staff) == (True, True)
    assert (f'href="/jobs/{ran.pk}/"' in for_others, "gaps 2" in for_others) == (False, False)


def test_statistics_of_a_day_a_week_and_a_month(
    as_staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    make(State.DONE, "AAPL", finished_at=now)
    day = (now - timedelta(days=1)).date()
    KindDay.objects.create(kind="jobs.prune", day=day, done=12_345, failed=3, cancelled=0, retried=1, p95_seconds=7)

    with django_assert_num_queries(
        9
    ):  # session, user, the menu’s portfolio; a day, a week, a month; the bar, health, alarms
        page = as_staff.get("/jobs/statistics/").text
    one = as_staff.get("/jobs/statistics/?kind=jobs.prune").text

    assert 'href="/jobs/?kind=stocktracker.backfill">History of …</a>' in page
    assert "12,345" in page
    assert ("7.0 s" in page, "7.0 s" in one) == (False, True)
    assert "No day is over yet on which" in as_staff.get("/jobs/statistics/?kind=pricing.search").text


def test_workers_and_queues(as_staff: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(7):  # session, user, the menu’s portfolio; queues; the bar, health, alarms
        page = as_staff.get("/jobs/workers/").text

    assert "No worker says that it is there." in page
    assert "<td>interactive</td>" in page
    assert "style=" not in page
