"""After a start: what is behind of what somebody looked at lately."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from portfolios.models import Portfolio, Snapshot
from portfolios.viewed import looked_at
from stocktracker import pipelines
from stocktracker.jobs.kinds import kind_named
from stocktracker.jobs.models import Job, State
from stocktracker.jobs.running import Run
from stocktracker.jobs.services import enqueue
from stocktracker.pipelines import wake_up

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]


@pytest.fixture
def three(user: User) -> list[Portfolio]:
    """Without figures."""
    return [Portfolio.objects.create(owner=user, name=name, base_currency="USD") for name in ("A", "B", "C")]


def woken(begin: Begin) -> set[int | None]:
    """Portfolios a waking worker asks to rebuild."""
    wake_up(begin("stocktracker.wake_up"), timezone.now())
    return set(Job.objects.filter(kind="stocktracker.rebuild").values_list("portfolio_id", flat=True))


def test_figures_that_are_behind_are_rebuilt_where_somebody_looked_lately(begin: Begin, three: list[Portfolio]) -> None:
    now = timezone.now()
    current, behind, long_ago = three
    looked_at(long_ago.pk, now - timedelta(days=15))
    looked_at(current.pk, now)
    looked_at(behind.pk, now - timedelta(days=13))
    Snapshot.objects.create(portfolio=current, ledger_revision=0, prices_revision=0, computed_at=now)

    assert woken(begin) == {behind.pk}


def test_of_many_only_those_looked_at_last(
    begin: Begin, three: list[Portfolio], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "WOKEN", 2)
    for ago, one in enumerate(three):
        looked_at(one.pk, timezone.now() - timedelta(hours=ago))

    assert woken(begin) == {three[0].pk, three[1].pk}


@pytest.mark.django_db(transaction=True)
def test_the_timetable_is_looked_at_before_beats_next_minute(user: User) -> None:
    job = enqueue("stocktracker.wake_up")

    kind_named("stocktracker.wake_up").task(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == (State.DONE, {"behind": 0})
    assert Job.objects.filter(key__startswith="prune:").count() == 1
