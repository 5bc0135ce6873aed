"""Several at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from charts.models import Asked, Backtest
from charts.services.asking import ask
from stocktracker.jobs.models import Job
from tests.charts.given import hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


def all_ask(users: list[User]) -> list[int]:
    """The rows they are given."""
    ready = Barrier(len(users))

    def one(user: User) -> int:
        ready.wait(10)
        try:
            return ask(hold("VTI", "COLD"), user, NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(one, users))


@pytest.mark.parametrize("came_to_nothing", [False, True])
def test_the_same_question_at_once_is_one_row_and_one_job(came_to_nothing: bool) -> None:
    walk("VTI")
    users = [User.objects.create_user(f"user{number}") for number in range(AT_ONCE)]
    if came_to_nothing:
        ask(hold("VTI", "COLD"), users[0], NOW)
        Backtest.objects.update(problem={"path": "", "message": "No."}, computed_at=NOW)
        Job.objects.all().delete()

    rows = all_ask(users)

    assert len(set(rows)) == 1
    assert Backtest.objects.get().is_waiting
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["charts.backtest", "stocktracker.backfill"]
    assert Asked.objects.count() == AT_ONCE
