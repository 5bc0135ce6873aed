import pytest
from django.contrib.auth.models import User

from portfolios.models import Alert, Watched
from portfolios.services.watchlist import note, unwatch, watch
from pricing.models import Instrument
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_an_unseen_symbol_brings_the_job_along_that_fetches_its_history(user: User) -> None:
    row, new = watch(user, "KO")

    assert (str(row), new) == ("KO", True)
    assert list(Job.objects.values_list("kind", "args", "requested_by")) == [
        ("stocktracker.backfill", {"symbol": "KO"}, user.pk)
    ]


def test_watching_again_changes_nothing(user: User) -> None:
    first, _ = watch(user, "KO")
    note(first, "too dear")

    again, new = watch(user, "KO")

    assert (again.pk, again.note, new) == (first.pk, "too dear", False)


def test_who_stops_watching_is_told_of_nothing_more(user: User, apple: Instrument) -> None:
    other = User.objects.create(username="bob")
    for who in (user, other):
        Watched.objects.create(user=who, instrument=apple)
        Alert.objects.create(user=who, instrument=apple, threshold=1)

    assert unwatch(Watched.objects.get(user=user)) == 1
    assert [row.user for row in (Watched.objects.get(), Alert.objects.get())] == [other, other]
