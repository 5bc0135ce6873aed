import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from stocktracker.jobs.models import Job, KindDay, State
from tests.stocktracker.jobs.given import NOW, in_parts, make

pytestmark = pytest.mark.django_db


def jobs(*arguments: object) -> str:
    said = StringIO()
    call_command("jobs", *map(str, arguments), stdout=said)
    return said.getvalue()


def state_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def test_the_overview_counts_names_and_says_what_is_wrong() -> None:
    in_parts(State.FAILED, State.QUEUED)
    make(run_at=timezone.now() - timedelta(hours=2))

    said = jobs()

    assert "waiting           2" in said
    assert "Check of histories: 1 of 2 parts, 1 failed" in said
    assert "The oldest job that waits is due for 2 h 00 min." in said
    assert "No worker is running" in said


def test_a_list_is_lines_or_json(user: User) -> None:
    failed = make(State.FAILED, "AAPL", requested_by=user, error="RateLimited: too many")
    make(State.DONE, "MSFT")

    assert jobs("list", "--state", "failed", "--kind", "stocktracker.backfill").split(maxsplit=1) == [
        str(failed.pk), "failed     History of AAPL: RateLimited: too many\n",
    ]  # fmt: skip
    assert [one["title"] for one in json.loads(jobs("list", "--json"))] == ["History of MSFT", "History of AAPL"]
    assert json.loads(jobs("list", "--json", "--state", "running")) == []
    assert len(jobs("list", "--limit", 1).splitlines()) == 1
    assert jobs("list", "--state", "running") == "No job is like that.\n"


def test_one_job_is_shown_whole() -> None:
    job = make(State.DONE, "AAPL", result={"gaps": 2})

    said = jobs("show", job.pk)

    assert said.startswith(f"History of AAPL (job {job.pk})\n")
    assert "result       gaps 2\n" in said


def test_named_jobs_are_retried_and_each_is_told_of() -> None:
    failed, done = make(State.FAILED, "AAPL"), make(State.DONE, "MSFT")

    said = jobs("retry", failed.pk, done.pk)

    assert f"History of AAPL (job {failed.pk}) goes back to the queue." in said
    assert f"History of MSFT (job {done.pk}) has neither failed nor been cancelled." in said
    assert (state_of(failed), state_of(done)) == (State.QUEUED, State.DONE)


def test_all_that_failed_are_retried_or_those_of_a_kind() -> None:
    history, tidying = make(State.FAILED, "AAPL"), make(State.FAILED)

    jobs("retry", "--failed", "--kind", "jobs.prune")
    assert (state_of(history), state_of(tidying)) == (State.FAILED, State.QUEUED)

    jobs("retry", "--failed")
    assert state_of(history) == State.QUEUED
    assert jobs("retry", "--failed") == "There is none.\n"


def test_jobs_are_cancelled_running_ones_too() -> None:
    waiting, running = make(), make(State.RUNNING)

    jobs("cancel", waiting.pk, running.pk)

    assert (state_of(waiting), state_of(running)) == (State.CANCELLED, State.CANCELLED)
    with pytest.raises(CommandError, match="Nothing was changed"):
        jobs("cancel", waiting.pk)


def test_statistics_are_by_kind_or_for_longer_by_day() -> None:
    make(State.DONE, "AAPL")
    KindDay.objects.create(
        kind="jobs.prune", day=NOW.date() - timedelta(days=9), done=41, failed=2, cancelled=0, retried=0
    )

    week, month = jobs("stats", "--days", 7), jobs("stats", "--days", 30)

    assert week.startswith("History of …")
    assert "p50    2.5 s" in week
    assert "     41 done     2 failed" in month


def test_waiting_ends_when_nothing_is_under_way_or_says_what_is_left() -> None:
    make(State.DONE)
    assert jobs("wait") == "No job is under way.\n"

    make()
    with pytest.raises(CommandError, match="1 job is still under way") as left:
        jobs("wait", "--seconds", 0)
    assert left.value.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "7"], "There is no job 7"),
        (["show", "9" * 30], "There is no job 9"),
        (["cancel", "7"], "There is no job 7"),
        (["retry"], "Name the jobs to retry"),
        (["retry", "7", "--failed"], "Name the jobs to retry"),
        (["retry", "7", "--kind", "jobs.prune"], "--kind goes with --failed"),
        (["retry", "--failed", "--kind", "x"], "No job kind is called 'x'"),
        (["list", "--kind", "x"], "No job kind is called 'x'"),
        (["list", "--state", "x"], "invalid choice: 'x'"),
        (["list", "--limit", "0"], "--limit must be 1 or more"),
        (["stats", "--days", "0"], "--days must be 1 or more"),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_what_cannot_be_is_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        jobs(*arguments)
