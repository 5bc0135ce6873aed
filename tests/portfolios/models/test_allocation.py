from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from portfolios.models import Label, Portfolio, Target
from pricing.models import Instrument

pytestmark = pytest.mark.django_db


def test_a_group_has_one_target_in_each_dimension(portfolio: Portfolio) -> None:
    half = {"portfolio": portfolio, "name": "Europe", "weight": Decimal("0.5")}
    Target.objects.create(dimension="region", **half)
    Target.objects.create(dimension="class", **half)

    with pytest.raises(IntegrityError, match="target_once"):
        Target.objects.create(dimension="region", **half)


@pytest.mark.parametrize("weight", ["-0.1", "1.1"])
def test_a_target_is_a_part_of_the_whole(portfolio: Portfolio, weight: str) -> None:
    with pytest.raises(ValidationError, match="weight"):
        Target(portfolio=portfolio, dimension="class", name="Shares", weight=Decimal(weight)).full_clean()


def test_a_person_says_once_where_an_instrument_belongs(user: User, apple: Instrument) -> None:
    Label.objects.create(user=user, instrument=apple, dimension="class", name="Fruit")
    Label.objects.create(user=User.objects.create(username="bob"), instrument=apple, dimension="class", name="Tech")

    with pytest.raises(IntegrityError, match="label_once"):
        Label.objects.create(user=user, instrument=apple, dimension="class", name="Tech")
