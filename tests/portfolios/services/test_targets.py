from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from portfolios.models import Label, Portfolio, Target
from portfolios.services.targets import set_labels, set_targets
from tests.portfolios.given import listed

pytestmark = pytest.mark.django_db
HALF = Decimal("0.5")


def test_targets_of_one_dimension_replace_those_that_were_there(portfolio: Portfolio) -> None:
    set_targets(portfolio, "sector", {"Tech": HALF})
    set_targets(portfolio, "class", {"Shares": HALF, "Funds": HALF})

    set_targets(portfolio, "class", {"Funds": Decimal(1)})

    assert sorted(Target.objects.values_list("dimension", "name", "weight")) == [
        ("class", "Funds", 1), ("sector", "Tech", HALF),
    ]  # fmt: skip


def test_a_label_is_one_persons_and_goes_when_it_is_emptied(user: User) -> None:
    share, other = listed("AAPL"), User.objects.create(username="bob")
    set_labels(other, "class", {share.pk: "Fruit"})
    set_labels(user, "class", {share.pk: "Computers"})

    set_labels(user, "class", {share.pk: ""})

    assert [(row.user, row.name) for row in Label.objects.all()] == [(other, "Fruit")]
