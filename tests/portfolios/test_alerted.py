from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from portfolios.alerted import MOST, WithAlerts, alerts
from portfolios.models import Alert, Portfolio
from pricing.models import Instrument
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def gone_off(user: User, instrument: Instrument, number: int = 0, **fields: Any) -> Alert:
    told = {"active": False, "triggered_at": NOW + timedelta(minutes=number), "triggered_price": 200 + number}
    return Alert.objects.create(user=user, instrument=instrument, threshold=100, **told | fields)


def told(user: User) -> Any:
    request = RequestFactory().get("/")
    request.user = WithAlerts().get_user(user.pk)  # type: ignore[assignment]  # there is one
    return alerts(request)["alerts"]


def test_a_page_without_alerts_pays_nothing_for_them(
    user: User, apple: Instrument, django_assert_num_queries: Callable[..., Any]
) -> None:
    gone_off(user, apple, seen=True)
    Alert.objects.create(user=user, instrument=apple, threshold=1)
    gone_off(User.objects.create(username="bob"), apple)

    with django_assert_num_queries(1):  # the user, whom every page asks for
        assert told(user) == {}


def test_the_latest_are_told_and_the_others_counted(
    user: User, apple: Instrument, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(MOST + 2):
        gone_off(user, apple, number)

    with django_assert_num_queries(2):
        found = told(user)
        assert [row.triggered_price for row in found["rows"]] == [204, 203, 202]

    assert found["more"] == 2


def test_every_page_tells_of_them(signed_in: Client, portfolio: Portfolio, apple: Instrument) -> None:
    gone_off(portfolio.owner, apple, note="sell <half>")

    for address in ("/jobs/", f"/portfolios/{portfolio.pk}/activity/", "/watchlist/"):
        page = signed_in.get(address).content.decode()
        assert "AAPL is at $200.00, at or above $100.00: sell &lt;half&gt;" in page


def test_who_may_not_sign_in_is_nobody(user: User) -> None:
    user.is_active = False
    user.save()

    assert (WithAlerts().get_user(user.pk), WithAlerts().get_user(0)) == (None, None)
