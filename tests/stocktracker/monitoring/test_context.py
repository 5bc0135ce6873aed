import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stocktracker.monitoring.context import alarms
from stocktracker.monitoring.models import Alarm

pytestmark = pytest.mark.django_db


def told(user: object) -> list[str]:
    request = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]  # as a middleware does
    return [alarm.rule for alarm in alarms(request)["firing_alarms"]]


@pytest.fixture(autouse=True)
def two_alarms() -> None:
    now = timezone.now()
    for rule in ("errors", "worker"):
        Alarm.objects.create(rule=rule, since=now, seen_at=now, fired_at=now)


def test_staff_is_told_what_health_does_not_tell_anyway(staff: User) -> None:
    assert told(staff) == ["errors"]


def test_others_are_told_nothing_and_it_costs_nothing(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert told(user) == told(AnonymousUser()) == []
