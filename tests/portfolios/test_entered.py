from datetime import date

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from portfolios.entered import entered_prices, own_instruments
from pricing.models import Correction, Instrument
from pricing.services.manual import create
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_everybody_has_his_own(
    apple: Instrument, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    create("MY-HOUSE", "", "EUR", user)
    create("MY-BOAT", "", "EUR", user)
    create("MY-LOAN", "", "EUR", User.objects.create_user("bob"))

    with django_assert_num_queries(1):
        assert [row.symbol for row in own_instruments(user)] == ["MY-BOAT", "MY-HOUSE"]


def test_prices_come_with_who_entered_them_the_latest_first(
    apple: Instrument, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in (3, 5, 4):
        Correction.objects.create(
            instrument=apple, session=date(2024, 6, day), close=day, entered_at=NOW, entered_by=user
        )

    with django_assert_num_queries(1):
        rows = [(row.session.day, str(row.entered_by)) for row in entered_prices(apple)]

    assert rows == [(5, "ada"), (4, "ada"), (3, "ada")]
