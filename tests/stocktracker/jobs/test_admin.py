import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.models import Job, KindDay, State
from stocktracker.jobs.progress import Progress

pytestmark = pytest.mark.django_db

LIST = "/admin/jobs/job/"


def make(state: State, **fields: object) -> Job:
    values: dict[str, object] = {"kind": "stocktracker.backfill", "args": {"symbol": "VOD.L"}, "queue": "prices"}
    return Job.objects.create(**values | {"state": state} | fields)


def act(client: Client, action: str, *jobs: Job) -> str:
    """What the page says after an action on these jobs."""
    chosen = {"action": action, "_selected_action": [str(job.pk) for job in jobs]}
    return client.post(LIST, chosen, follow=True).text


@pytest.fixture
def staff(client: Client) -> Client:
    """Somebody who may look at jobs, and no more."""
    person = User.objects.create_user("bob", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_job"))
    client.force_login(person)
    return client


def test_the_list_shows_what_each_job_is_and_how_far(admin_client: Client) -> None:
    running = make(State.RUNNING)
    Progress(running.pk)(1, 4, "Reading")
    make(State.DONE, parent=make(State.PARTS, kind="gone.kind", parts=3))

    page = admin_client.get(LIST).text

    assert "History of VOD.L" in page
    assert "25% · Reading" in page
    assert "1 of 3 parts" in page
    assert "gone.kind" in page


def test_the_list_takes_as_many_queries_for_many_jobs(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        make(State.RUNNING, requested_by=User.objects.get())

    with django_assert_max_num_queries(9):  # session, user; kinds to filter by, how many, the rows; admin's own
        admin_client.get(LIST)


@pytest.mark.parametrize("text", ["first:VOD", "Family", "too many", "backfill"])
def test_jobs_are_found_by_key_subject_error_and_kind(admin_client: Client, text: str) -> None:
    make(State.FAILED, key="first:VOD.L:7", subject="Family", error="RateLimited: too many")
    make(State.DONE, kind="gone.kind", args={})

    page = admin_client.get(f"{LIST}?q={text}").text

    assert "History of VOD.L" in page
    assert "gone.kind</td>" not in page


def test_a_job_is_shown_whole_and_cannot_be_edited(admin_client: Client) -> None:
    job = make(State.FAILED, error="RateLimited: too many")

    page = admin_client.get(f"{LIST}{job.pk}/change/")

    assert page.status_code == 200
    assert "RateLimited: too many" in page.text
    assert 'name="_save"' not in page.text
    assert admin_client.post(f"{LIST}{job.pk}/change/", {"state": "done"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{job.pk}/delete/", {"post": "yes"}).status_code == 403


def test_retry_sends_what_failed_and_leaves_the_rest_alone(admin_client: Client) -> None:
    failed, running = make(State.FAILED), make(State.RUNNING)

    page = act(admin_client, "retry", failed, running)

    failed.refresh_from_db()
    running.refresh_from_db()
    assert (failed.state, running.state) == (State.QUEUED, State.RUNNING)
    assert "1 sent to the queue again." in page
    assert "1 left alone: neither failed nor cancelled." in page


def test_cancel_stops_what_waits_or_runs_and_leaves_the_rest_alone(admin_client: Client) -> None:
    waiting, running, done = make(State.QUEUED), make(State.RUNNING), make(State.DONE)

    page = act(admin_client, "cancel", waiting, running, done)

    assert [Job.objects.get(pk=job.pk).state for job in (waiting, running, done)] == ["cancelled", "cancelled", "done"]
    assert "2 cancelled." in page
    assert "1 left alone: ended already." in page


def test_failed_parts_are_retried(admin_client: Client) -> None:
    parent, without = make(State.DONE, parts=1), make(State.DONE)
    part = make(State.FAILED, parent=parent)

    page = act(admin_client, "retry_parts", parent, without)

    assert [Job.objects.get(pk=job.pk).state for job in (part, parent)] == [State.QUEUED, State.PARTS]
    assert "1 whose parts are tried again." in page
    assert "1 left alone: no part of theirs has failed." in page


def test_the_days_of_kinds_are_shown_and_cannot_be_edited(admin_client: Client) -> None:
    KindDay.objects.create(kind="jobs.prune", day="2026-11-20", done=41, failed=0, cancelled=0, retried=0)

    page = admin_client.get("/admin/jobs/kindday/")

    assert "jobs.prune" in page.text
    assert admin_client.get("/admin/jobs/kindday/add/").status_code == 403


def test_who_may_only_look_can_neither_retry_nor_cancel(staff: Client) -> None:
    failed, waiting = make(State.FAILED), make(State.QUEUED)

    act(staff, "retry", failed)
    act(staff, "cancel", waiting)

    failed.refresh_from_db()
    waiting.refresh_from_db()
    assert (failed.state, waiting.state) == (State.FAILED, State.QUEUED)
    assert staff.get(LIST).status_code == 200


@pytest.mark.parametrize("address", ["/admin/", LIST, "/admin/django_celery_beat/periodictask/"])
def test_users_who_are_not_staff_are_sent_away(signed_in: Client, address: str) -> None:
    answer = signed_in.get(address)

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_the_two_beats_can_be_seen_and_edited(admin_client: Client) -> None:
    every = IntervalSchedule.objects.create(every=5, period="seconds")
    task = PeriodicTask.objects.create(name="sweep", task="jobs.sweep", interval=every)

    listed = admin_client.get("/admin/django_celery_beat/periodictask/").text
    form = admin_client.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/")

    assert "sweep" in listed
    assert (form.status_code, 'name="_save"' in form.text) == (200, True)
