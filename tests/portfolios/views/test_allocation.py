from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portfolios.models import Label, Portfolio, Target
from pricing.models import Instrument
from pricing.simulator.control import Market

pytestmark = pytest.mark.django_db


def test_allocation_takes_so_many_queries_and_no_request(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    # session, user, portfolio; targets, holdings, sessions, jobs, labels; the other portfolios; the bar
    with django_assert_num_queries(10):
        page = signed_in.get(f"/portfolios/{invested.pk}/allocation/?by=sector").content.decode()

    assert 'href="?by=sector" aria-current="page"' in page
    assert "Set targets" in page
    assert market.requests() == []


def test_targets_and_labels_are_set_together_and_shown(signed_in: Client, invested: Portfolio) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    address = f"/portfolios/{invested.pk}/allocation/class/"
    sent = {"target-0": "60", "name-0": "Bonds", "new-0": "40", f"label-{apple.pk}": "Tech"}

    answer = signed_in.post(address, sent, follow=True)

    assert answer.redirect_chain == [(f"/portfolios/{invested.pk}/allocation/?by=class", 302)]
    targets = {row.name: row.weight for row in Target.objects.all()}
    assert targets["Bonds"] == Decimal("0.4")
    assert sum(targets.values()) == 1
    assert Label.objects.get().name == "Tech"
    page = answer.content.decode()
    assert "Tech" in page
    assert "buy $" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"target-0": "90", "name-0": "Bonds", "new-0": "11"}, "add up to 101 %"),
        ({"new-0": "10"}, "Name the group"),
        ({"target-0": "-1"}, "greater than or equal to 0"),
        ({"target-0": "much"}, "Enter a number"),
    ],
)
def test_targets_that_cannot_be_come_back_and_nothing_is_stored(
    signed_in: Client, invested: Portfolio, sent: dict[str, str], said: str
) -> None:
    answer = signed_in.post(f"/portfolios/{invested.pk}/allocation/class/", sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Target.objects.exists()


def test_there_are_no_other_dimensions(signed_in: Client, invested: Portfolio) -> None:
    assert signed_in.get(f"/portfolios/{invested.pk}/allocation/colour/").status_code == 404
    assert (
        'href="?by=class" aria-current="page"'
        in signed_in.get(f"/portfolios/{invested.pk}/allocation/?by=colour").content.decode()
    )
