from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from stocktracker.jobs.models import Job, State

pytestmark = pytest.mark.django_db


def make(**fields: object) -> Job:
    values: dict[str, object] = {"kind": "jobs.prune", "queue": "housekeeping"}
    return Job.objects.create(**values | fields)


def test_a_title_names_the_work_in_the_users_words() -> None:
    job = make(kind="stocktracker.backfill", args={"symbol": "VOD.L"})

    assert (job.title, str(job)) == ("History of VOD.L", f"History of VOD.L (job {job.pk})")


@pytest.mark.parametrize(
    ("kind", "args", "title"),
    [
        ("gone.kind", {}, "gone.kind"),
        ("stocktracker.backfill", {}, "History of …"),
        ("stocktracker.backfill", {"ticker": "A"}, "History of …"),
    ],
)
def test_a_row_of_another_version_still_has_a_title(kind: str, args: dict[str, str], title: str) -> None:
    assert make(kind=kind, args=args).title == title


def test_a_symbol_with_braces_is_no_format() -> None:
    assert make(kind="stocktracker.backfill", args={"symbol": "{0}"}).title == "History of {0}"


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_the_database_refuses_a_key_that_is_under_way(state: State) -> None:
    make(key="a", state=state)

    with pytest.raises(IntegrityError), transaction.atomic():
        make(key="a")


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_a_key_is_free_when_its_job_has_ended_unless_it_is_used_up(state: State) -> None:
    make(key="a", state=state)
    make(key="b", state=state, once=True)

    make(key="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        make(key="b", once=True)


def test_jobs_without_a_key_never_collide() -> None:
    make()
    make()

    assert Job.objects.count() == 2


@pytest.mark.parametrize("priority", [0, 11])
def test_priorities_are_one_to_ten(priority: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(priority=priority)


def test_due_is_what_waits_and_whose_time_has_come() -> None:
    now = timezone.now()
    due = make(run_at=now)
    make(run_at=now + timedelta(seconds=1))
    make(run_at=now, state=State.RUNNING)

    assert list(Job.objects.due(now)) == [due]


def test_under_way_is_what_waits_runs_or_has_parts_that_do() -> None:
    jobs = {state: make(state=state) for state in State}

    assert set(Job.objects.under_way()) == {jobs[State.QUEUED], jobs[State.RUNNING], jobs[State.PARTS]}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("OperationalError: password=secret", "It failed; whoever runs this deployment can see why."),
        ("This hour's budget of requests is spent.", "This hour's budget of requests is spent."),
        ("The worker died while it ran.", "The worker died while it ran."),
        ("", ""),
    ],
)
def test_people_read_sentences_and_not_what_an_exception_said(error: str, reason: str) -> None:
    assert make(error=error).reason == reason


def test_children_outlive_their_parent() -> None:
    parent = make()
    child = make(parent=parent)

    parent.delete()

    child.refresh_from_db()
    assert child.parent is None
