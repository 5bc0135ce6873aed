from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from stocktracker.monitoring.alarms import settling
from stocktracker.monitoring.alarms.looking import Look
from stocktracker.monitoring.alarms.rules import Found
from stocktracker.monitoring.alarms.settling import LOCK, LOOKED, Settled, settle, watch
from stocktracker.monitoring.models import Alarm
from stocktracker.redis import store

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL = frozenset({"errors", "worker", "budget"})


def seen(*rules: str, judged: frozenset[str] = ALL, **facts: object) -> Look:
    return Look(judged, tuple(Found(rule, "", facts) for rule in rules))


def test_an_alarm_fires_once_and_is_resolved_once() -> None:
    steps = [
        settle(seen(*rules), NOW + number * MINUTE) for number, rules in enumerate((["errors"], ["errors"], [], []))
    ]

    assert steps == [Settled(1, 0), Settled(0, 0), Settled(0, 1), Settled(0, 0)]
    alarm = Alarm.objects.get()
    assert (alarm.since, alarm.fired_at, alarm.seen_at, alarm.resolved_at) == (
        NOW, NOW, NOW + MINUTE, NOW + 2 * MINUTE
    )  # fmt: skip


def test_what_passes_within_its_patience_never_was() -> None:
    settle(seen("worker"), NOW)
    settle(seen(), NOW + MINUTE)

    assert not Alarm.objects.exists()


def test_what_lasts_longer_than_its_patience_fires() -> None:
    fired = [settle(seen("worker"), NOW + number * MINUTE).fired for number in range(4)]

    assert fired == [0, 0, 1, 0]


def test_its_numbers_are_the_latest() -> None:
    settle(seen("errors", count=2), NOW)
    settle(seen("errors", count=9), NOW + MINUTE)

    assert Alarm.objects.get().facts == {"count": 9}


def test_what_could_not_be_judged_stays_as_it_is() -> None:
    settle(seen("errors"), NOW)
    settle(seen(judged=frozenset({"worker"})), NOW + MINUTE)

    assert Alarm.objects.get().resolved_at is None


def test_the_same_thing_can_go_wrong_again() -> None:
    for number, rules in ((0, ["errors"]), (1, []), (20, ["errors"])):
        settle(seen(*rules), NOW + number * MINUTE)

    assert [alarm.resolved_at is None for alarm in Alarm.objects.order_by("since")] == [False, True]


def test_what_comes_and_goes_is_one_alarm() -> None:
    steps = [settle(seen(*["errors"] * (number % 2), count=number), NOW + number * MINUTE) for number in range(8)]

    alarm = Alarm.objects.get()
    assert sum(step.fired for step in steps) == 1
    assert (alarm.fired_at, alarm.resolved_at, alarm.facts) == (NOW + MINUTE, None, {"count": 7})


def test_an_alarm_of_a_rule_nobody_knows_any_more_ends() -> None:
    """Unless another version, which still runs, sees it every minute."""
    for rule, unseen in (("forgotten", 90), ("of a newer version", 1)):
        Alarm.objects.create(rule=rule, since=NOW, fired_at=NOW, seen_at=NOW - unseen * MINUTE)

    settled = settle(seen(), NOW)

    assert settled == Settled(0, 1)
    assert [alarm.rule for alarm in Alarm.objects.firing()] == ["of a newer version"]


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_do_not_meet() -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        assert settle(seen("errors"), NOW) == Settled(0, 0)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()

    assert settle(seen("errors"), NOW) == Settled(1, 0)


def test_who_comes_soon_after_another_need_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []

    def looking(now: datetime) -> Look:
        looked.append(now)
        return seen()

    monkeypatch.setattr(settling, "look", looking)

    for number in range(3):
        watch(NOW + number * MINUTE)
    store().delete(LOOKED)
    watch(NOW + 5 * MINUTE)

    assert looked == [NOW, NOW + 5 * MINUTE]
