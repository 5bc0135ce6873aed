from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from stocktracker.monitoring.models import Alarm, Hour, PerfRun

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def alarm(**fields: object) -> Alarm:
    return Alarm.objects.create(**{"rule": "worker", "since": NOW, "seen_at": NOW} | fields)


def test_one_thing_is_wrong_once_at_a_time() -> None:
    alarm(resolved_at=NOW)
    alarm()
    alarm(rule="budget", subject="yahoo, day")

    with pytest.raises(IntegrityError):
        alarm()


def test_what_has_not_fired_is_open_but_not_firing() -> None:
    waiting, fired = alarm(), alarm(rule="redis", fired_at=NOW)
    alarm(rule="beat", fired_at=NOW, resolved_at=NOW)

    assert set(Alarm.objects.open()) == {waiting, fired}
    assert list(Alarm.objects.firing()) == [fired]


def test_an_hour_of_a_series_is_there_once() -> None:
    Hour.objects.create(at=NOW, series="prices|upstream", numbers={"n": 3})

    with pytest.raises(IntegrityError):
        Hour.objects.create(at=NOW, series="prices|upstream", numbers={"n": 4})


def test_rows_say_what_they_are() -> None:
    run = PerfRun(at=NOW, version="0.1.0", machine="2 processors", rows=[])

    assert [str(alarm(rule="budget", subject="yahoo, day")), str(run)] == [
        "budget yahoo, day", "perf of 2026-11-20 15:00"
    ]  # fmt: skip
    assert str(Hour(at=NOW, series="prices|upstream")) == "prices|upstream at 2026-11-20 15:00"
