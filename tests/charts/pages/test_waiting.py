import pytest
from django.contrib.auth.models import User

from charts.pages.waiting import delay_of, waiting
from charts.services.asking import ask
from stocktracker.jobs.models import Job
from tests.charts.given import hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_looks_come_later_and_later() -> None:
    assert [delay_of(look) for look in (0, 1, 2, 3, 4, 5, 900, -1)] == [150, 300, 600, 1200, 2500, 2500, 2500, 2500]


def test_who_waits_knows_for_what_and_why(user: User) -> None:
    walk("AAA")
    row = ask(hold("AAA", "BBB"), user, NOW)
    Job.objects.filter(key="backfill:BBB").update(error="The source refuses.")

    found = waiting(row, 2)

    assert (found.missing, found.reasons, found.look, found.delay) == (["BBB"], ["The source refuses."], 3, 600)
    assert (found.progress.done, found.progress.total) == (1, 2)


def test_who_waits_for_a_worker_only_waits_for_no_price(user: User) -> None:
    walk("AAA")

    found = waiting(ask(hold("AAA"), user, NOW), 0)

    assert (found.missing, found.reasons) == ([], [])
