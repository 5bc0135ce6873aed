import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connections
from pytest_django import Settings

from stocktracker.monitoring.alarms import notifying
from stocktracker.monitoring.alarms.notifying import GIVEN_UP, LOCK, body, notify, tell_without_database
from stocktracker.monitoring.alarms.rules import CALM
from stocktracker.monitoring.models import Alarm

from .conftest import Webhook

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
GONE = NOW + timedelta(minutes=9)


@pytest.fixture
def alarm() -> Alarm:
    facts = {"count": 3, "all": 40, "limit": "2"}
    return Alarm.objects.create(rule="errors", facts=facts, since=NOW, seen_at=NOW, fired_at=NOW)


@pytest.fixture
def mails(settings: Settings) -> list[mail.EmailMessage]:
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def resolve(alarm: Alarm) -> None:
    Alarm.objects.filter(pk=alarm.pk).update(resolved_at=GONE)


def test_beginning_and_end_are_posted_once_each(alarm: Alarm, webhook: Webhook) -> None:
    sent = [notify(NOW), notify(NOW)]
    resolve(alarm)
    sent += [notify(GONE + CALM), notify(GONE + CALM)]

    assert sent == [1, 0, 1, 0]
    assert [one["state"] for one in webhook.got] == ["fired", "resolved"]
    assert webhook.got[0]["text"] == (
        "Alarm: Errors: 3 of 40 requests of the last five minutes ended in an error (limit 2 %)."
    )
    assert webhook.got[0]["facts"] == {"count": 3, "all": 40, "limit": "2"}


def test_of_an_end_nobody_hears_before_it_has_lasted(alarm: Alarm, webhook: Webhook) -> None:
    notify(NOW)
    resolve(alarm)

    sent = [notify(GONE + CALM - timedelta(seconds=1)), notify(GONE + CALM)]

    assert sent == [0, 1]


def test_an_address_that_is_none_keeps_nobody_else_from_hearing(
    alarm: Alarm, webhook: Webhook, mails: list[mail.EmailMessage], settings: Settings
) -> None:
    settings.ALARM_EMAILS = ["ops@example.org\nBcc: everybody@example.org"]

    assert (notify(NOW), len(mails), len(webhook.got)) == (1, 0, 1)


@pytest.mark.parametrize("address", ["http://[nowhere", "http://127.0.0.1:1/\u00e4"])
def test_a_webhook_that_is_no_address_is_told_in_the_log(
    alarm: Alarm, settings: Settings, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    settings.ALARM_WEBHOOK = address

    assert notify(NOW) == 0
    assert "was not told by webhook" in caplog.text


def test_a_webhook_that_never_answers_is_waited_for_once(
    alarm: Alarm, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "TIMEOUT_SECONDS", 0.2)
    for number in range(5):
        Alarm.objects.create(rule="budget", subject=str(number), since=NOW, seen_at=NOW, fired_at=NOW)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.ALARM_WEBHOOK = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        notify(NOW)
        silent.settimeout(0)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_what_a_webhook_refuses_is_posted_again(alarm: Alarm, webhook: Webhook) -> None:
    webhook.answer(500)
    first = notify(NOW)
    webhook.answer(200)

    assert (first, notify(NOW), len(webhook.got)) == (0, 1, 1)


def test_one_channel_that_fails_does_not_repeat_the_other(
    alarm: Alarm, webhook: Webhook, mails: list[mail.EmailMessage], settings: Settings
) -> None:
    settings.ALARM_EMAILS = ["ops@example.org"]
    webhook.answer(500)
    for _ in range(3):
        notify(NOW)
    webhook.answer(200)
    notify(NOW)

    assert (len(mails), len(webhook.got)) == (1, 1)


def test_mails_go_to_staff_with_an_address_where_settings_name_nobody(
    alarm: Alarm, mails: list[mail.EmailMessage]
) -> None:
    User.objects.create_user("root", "root@example.org", is_staff=True)
    User.objects.create_user("silent", is_staff=True)
    User.objects.create_user("ada", "ada@example.org")

    notify(NOW)

    (sent,) = mails
    assert sent.to == ["root@example.org"]
    assert sent.subject == "[MyStockTracker] Alarm: Errors"
    assert "3 of 40 requests" in sent.body
    assert "Since 2026-11-20 15:00 UTC." in sent.body


def test_without_a_server_or_an_address_nothing_is_sent(alarm: Alarm) -> None:
    assert notify(NOW) == 0
    assert Alarm.objects.get().told == {}


def test_nobody_hears_of_what_has_not_fired_or_is_long_over(alarm: Alarm, webhook: Webhook) -> None:
    Alarm.objects.create(rule="worker", since=NOW, seen_at=NOW)
    resolve(alarm)

    assert notify(NOW + GIVEN_UP + timedelta(hours=1)) == 0
    assert webhook.got == []


def test_two_who_tell_at_once_tell_once(alarm: Alarm, webhook: Webhook) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            assert notify(NOW) == 0
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()

    assert notify(NOW) == 1


def test_an_alarm_that_cannot_be_stored_is_told_all_the_same(webhook: Webhook) -> None:
    alarm = Alarm(rule="database", facts={"text": "refused"}, since=NOW, seen_at=NOW, fired_at=NOW)

    assert (tell_without_database(alarm), tell_without_database(alarm)) == (1, 0)
    assert webhook.got == [body(alarm, "fired")]
