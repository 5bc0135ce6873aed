from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from stocktracker.jobs import retention
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.retention import give_up_unknown, prune
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue

Kind = Callable[[Callable[[Run], None]], Callable[[int], None]]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def some_kind(kind: Kind) -> None:
    kind(lambda _run: None)


def test_ended_jobs_are_forgotten_after_a_week_and_session_keys_later() -> None:
    now = timezone.now()
    for name, once, days in [("old", False, 8), ("young", False, 6), ("session", True, 30), ("past", True, 41)]:
        enqueue("test.kind", key=name, once=once)
        Job.objects.filter(key=name).update(state=State.DONE, finished_at=now - timedelta(days=days))

    assert prune(now) == 2
    assert set(Job.objects.values_list("key", flat=True)) == {"young", "session"}


def test_what_has_not_ended_is_never_forgotten() -> None:
    now = timezone.now()
    enqueue("test.kind")
    Job.objects.update(created_at=now - timedelta(days=400), run_at=now - timedelta(days=400))

    assert prune(now) == 0


def test_a_parent_goes_after_the_last_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    now = timezone.now()
    old, young = now - timedelta(days=8), now - timedelta(days=6)
    kept, gone = enqueue("test.kind"), enqueue("test.kind")
    enqueue("test.kind", parent=kept)
    for _ in range(3):
        enqueue("test.kind", parent=gone)
    Job.objects.update(state=State.DONE, finished_at=old)
    Job.objects.filter(parent=kept).update(finished_at=young)

    assert prune(now) == 4
    assert set(Job.objects.values_list("parent_id", flat=True)) == {None, kept.pk}


def test_what_no_version_knows_for_a_day_fails_and_says_why() -> None:
    now = timezone.now()
    for kind, hours in [("gone.kind", 25), ("new.kind", 23), ("test.kind", 25)]:
        job = enqueue("test.kind")
        Job.objects.filter(pk=job.pk).update(kind=kind, run_at=now - timedelta(hours=hours))

    assert give_up_unknown(now) == 1

    (failed,) = Job.objects.filter(state=State.FAILED)
    assert (failed.kind, failed.error) == ("gone.kind", "This version does not know this kind of work.")
