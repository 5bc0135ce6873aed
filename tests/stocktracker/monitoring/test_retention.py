from datetime import UTC, datetime, timedelta

import pytest

from stocktracker.metrics.series import PRICES
from stocktracker.monitoring.hours import KEPT_FOR
from stocktracker.monitoring.models import Alarm, Event, Hour
from stocktracker.monitoring.retention import Carried, carry_over

from .counting import counted

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_hour_is_carried_over_once_and_old_rows_are_forgotten() -> None:
    counted(NOW - HOUR, 3, PRICES, "upstream")
    for age in (KEPT_FOR + HOUR, HOUR):
        moment = NOW - age
        Alarm.objects.create(rule="worker", since=moment, seen_at=moment, resolved_at=moment)
        Event.objects.create(at=moment, kind="worker", code="worker_left")
    Hour.objects.create(at=NOW - KEPT_FOR - HOUR, series="prices|upstream", numbers={"n": 1})

    carried = [carry_over(NOW + timedelta(minutes=minute)) for minute in (0, 1, 20)]

    assert carried == [Carried(1, 1), Carried(0, 0), Carried(0, 0)]
    assert Hour.objects.get().numbers == {"n": 3}
    assert (Alarm.objects.count(), Event.objects.count()) == (1, 1)


def test_the_next_hour_follows() -> None:
    for ago in (HOUR, timedelta()):
        counted(NOW - ago, 3, PRICES, "upstream")
    carry_over(NOW)

    assert carry_over(NOW + HOUR) == Carried(2, 0)
    assert Hour.objects.count() == 2
