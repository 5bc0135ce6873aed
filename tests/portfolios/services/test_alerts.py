from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from smtplib import SMTPException
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox
from pytest_django import Settings

from portfolios.models import Alert
from portfolios.services.alerts import arm, check, mail, see
from pricing.models import Instrument, Quote
from stocktracker.jobs.models import Job
from tests.portfolios.given import NOW, quote

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(hours=1)


def alert(user: User, instrument: Instrument, kind: str, threshold: str, armed: datetime = EARLIER) -> Alert:
    return Alert.objects.create(
        user=user, instrument=instrument, kind=kind, threshold=Decimal(threshold), armed_at=armed
    )


@pytest.mark.parametrize(
    ("kind", "threshold", "goes_off"),
    [
        ("above", "200", True), ("above", "200.01", False), ("below", "200", True), ("below", "199.99", False),
        ("move", "5", True), ("move", "5.3", False),
    ],
)  # fmt: skip
def test_it_goes_off_at_its_threshold_and_not_before(
    user: User, apple: Instrument, kind: str, threshold: str, goes_off: bool
) -> None:
    row = alert(user, apple, kind, threshold)
    quote(apple, "200", "190")  # up by 5.26 %

    found = check([apple.pk], NOW)

    row.refresh_from_db()
    assert (found == [row.pk], row.active) == (goes_off, not goes_off)
    assert (row.triggered_at, row.triggered_price) == ((NOW, 200) if goes_off else (None, None))


def test_a_fall_is_a_move_too(user: User, apple: Instrument) -> None:
    row = alert(user, apple, "move", "5")
    quote(apple, "90", "100")

    assert check([apple.pk], NOW) == [row.pk]


def test_a_change_since_an_unknown_close_is_none(user: User, apple: Instrument) -> None:
    alert(user, apple, "move", "5")
    quote(apple, "90")

    assert check([apple.pk], NOW) == []


def test_it_goes_off_once(user: User, apple: Instrument) -> None:
    alert(user, apple, "above", "100")
    quote(apple, "200")

    assert (len(check([apple.pk], NOW)), check([apple.pk], NOW + timedelta(minutes=5))) == (1, [])


def test_a_price_from_before_it_was_armed_is_no_news(user: User, apple: Instrument) -> None:
    """Friday's close, asked for again on Saturday."""
    row = alert(user, apple, "move", "5", armed=NOW + timedelta(hours=1))
    quote(apple, "90", "100")

    assert check([apple.pk], NOW + timedelta(hours=2)) == []

    Quote.objects.update(at=NOW + timedelta(hours=3))
    assert check([apple.pk], NOW + timedelta(hours=3)) == [row.pk]


def test_only_instruments_with_new_quotes_are_looked_at_in_one_query(
    user: User, apple: Instrument, django_assert_num_queries: Callable[..., Any]
) -> None:
    other = Instrument.objects.create(symbol="KO")
    alert(user, apple, "above", "100")
    quote(apple, "200")
    quote(other, "200")

    with django_assert_num_queries(1):
        assert check([other.pk], NOW) == []


def test_who_has_an_address_is_mailed_where_a_server_is_named(
    user: User, apple: Instrument, settings: Settings
) -> None:
    silent = User.objects.create(username="bob")
    mine = alert(user, apple, "above", "100")
    alert(silent, apple, "above", "100")
    User.objects.filter(pk=user.pk).update(email="ada@example.org")
    quote(apple, "200")
    settings.EMAIL_HOST = "mail.example.org"

    check([apple.pk], NOW)

    assert [(row.kind, row.args) for row in Job.objects.all()] == [("portfolios.mail_alert", {"alert": mine.pk})]


def test_without_a_server_nobody_is_mailed(user: User, apple: Instrument) -> None:
    alert(user, apple, "above", "100")
    User.objects.update(email="ada@example.org")
    quote(apple, "200")

    assert (len(check([apple.pk], NOW)), Job.objects.count()) == (1, 0)


def gone_off(user: User, apple: Instrument) -> Alert:
    user.email = "ada@example.org"
    user.save()
    row = alert(user, apple, "above", "100")
    row.active, row.triggered_at, row.triggered_price, row.note = False, NOW, Decimal(200), "sell half"
    row.save()
    return row


def test_a_mail_says_what_has_happened_and_why_it_mattered(user: User, apple: Instrument) -> None:
    assert mail(gone_off(user, apple)) is True

    [sent] = outbox.outbox
    assert (sent.subject, sent.to) == ("Alert: AAPL ≥ $100.00", ["ada@example.org"])
    assert sent.body.startswith("AAPL is at $200.00, at or above $100.00.\n\nsell half\n\n")


def test_nobody_is_mailed_twice_nor_of_what_was_armed_again(user: User, apple: Instrument) -> None:
    mailed, armed = gone_off(user, apple), gone_off(user, apple)
    mailed.mailed_at = NOW
    arm(armed, NOW)

    assert (mail(mailed), mail(armed), outbox.outbox) == (False, False, [])


def test_a_server_that_refuses_is_said(user: User, apple: Instrument, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.portfolios.services.refusing_mail.EmailBackend"

    with pytest.raises(SMTPException, match="not today"):
        mail(gone_off(user, apple))


def test_armed_again_it_waits_for_prices_from_now_on(user: User, apple: Instrument) -> None:
    row = gone_off(user, apple)
    quote(apple, "200", at=NOW)

    arm(row, NOW)

    assert (row.active, row.armed_at, row.triggered_at, row.triggered_price) == (True, NOW, None, None)
    assert check([apple.pk], NOW) == []


def test_what_was_seen_is_told_no_more(user: User, apple: Instrument) -> None:
    gone_off(user, apple)
    gone_off(User.objects.create(username="bob"), apple)

    assert (see(user, EARLIER - timedelta(days=999)), see(user, NOW + timedelta(days=999))) == (0, 1)
    assert list(Alert.objects.filter(seen=False).values_list("user__username", flat=True)) == ["bob"]
