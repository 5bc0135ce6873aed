import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stocktracker.jobs.control import retry
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import Request, enqueue, enqueue_many
from stocktracker.redis import store

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


def messages() -> int:
    """Waiting in the queue of the test kind, at its priority 5."""
    return int(store().llen("housekeeping\x06\x164"))


def test_a_job_is_sent_only_after_the_commit_that_asked_for_it() -> None:
    with transaction.atomic():
        job = enqueue("test.kind")
        before_commit = messages()

    assert (before_commit, messages()) == (0, 1)
    job.refresh_from_db()
    assert job.sent_at is not None


def test_a_rolled_back_request_leaves_neither_row_nor_message() -> None:
    with transaction.atomic():
        enqueue("test.kind")
        transaction.set_rollback(True)

    assert (Job.objects.count(), messages()) == (0, 0)


def test_the_same_key_is_the_same_job_while_it_is_under_way() -> None:
    first, second = enqueue("test.kind", key="a"), enqueue("test.kind", key="a")

    assert first.pk == second.pk
    assert messages() == 1


def test_a_key_is_free_again_after_the_job_has_ended() -> None:
    first = enqueue("test.kind", key="a")
    Job.objects.update(state=State.DONE)

    assert enqueue("test.kind", key="a").pk != first.pk


def test_a_key_used_once_is_used_up_for_ever() -> None:
    first = enqueue("test.kind", key="session", once=True)
    Job.objects.update(state=State.DONE)

    assert enqueue("test.kind", key="session", once=True).pk == first.pk


def test_an_unknown_kind_is_a_mistake_that_is_named() -> None:
    with pytest.raises(LookupError, match=r"No job kind is called 'pricing\.nonsense'"):
        enqueue("pricing.nonsense")


def test_a_job_for_later_is_stored_but_not_sent() -> None:
    enqueue("test.kind", run_at=timezone.now() + timedelta(hours=1))

    assert (Job.objects.count(), messages()) == (1, 0)


def test_the_job_that_holds_a_key_is_given_back_and_not_a_newer_one_that_has_ended() -> None:
    failed = enqueue("test.kind", key="a")
    Job.objects.update(state=State.FAILED)
    done = enqueue("test.kind", key="a")
    Job.objects.filter(pk=done.pk).update(state=State.DONE)
    retry(failed)

    assert enqueue("test.kind", key="a").pk == failed.pk


def test_to_ask_again_is_one_look_and_no_refused_insert(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    enqueue("test.kind", key="a")

    with django_assert_num_queries(1):
        enqueue("test.kind", key="a")


def test_two_who_ask_at_the_same_moment_get_the_same_job() -> None:
    together, found = threading.Barrier(4), []

    def ask() -> None:
        together.wait()
        found.append(enqueue("test.kind", key="a").pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found)), Job.objects.count()) == (4, 1, 1)


def test_many_jobs_are_asked_for_in_as_many_statements_as_two(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    requests = [Request({}, f"key {number}") for number in range(300)]

    with transaction.atomic(), django_assert_num_queries(3):
        new = enqueue_many("test.kind", requests)

    assert (len(new), messages(), Job.objects.filter(sent_at=None).count()) == (300, 300, 0)


def test_of_many_jobs_those_whose_key_is_under_way_are_left_out() -> None:
    enqueue("test.kind", key="a")

    new = enqueue_many("test.kind", [Request({}, "a"), Request({}, "b"), Request({}, "b"), Request({})])

    assert [job.key for job in new] == ["b", None]
    assert enqueue_many("test.kind", []) == []


def test_a_backlog_is_told_in_slices_the_most_urgent_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stocktracker.jobs.services.TOLD_AT_ONCE", 2)

    enqueue_many("test.kind", [Request({}, priority=number) for number in (9, 5, 7, 5)])

    assert list(Job.objects.exclude(sent_at=None).values_list("priority", flat=True)) == [5, 5]


def test_what_waits_for_nobody_is_from_now_on_for_whoever_asks_and_as_urgent(user: User) -> None:
    background = enqueue("test.kind", key="a", priority=7)

    mine = enqueue("test.kind", key="a", priority=2, requested_by_id=user.pk, portfolio_id=41)
    theirs = enqueue("test.kind", key="a", priority=9)

    background.refresh_from_db()
    assert mine.pk == theirs.pk == background.pk
    assert (background.priority, background.requested_by_id, background.portfolio_id) == (2, user.pk, 41)
    assert store().llen("housekeeping\x06\x161") == 1  # told once more, in its new place
