from datetime import date

import pytest
from django.contrib.auth.models import User

from charts.models import Share, Strategy
from charts.pages.listing import listing
from charts.services.asking import ask
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_what_one_asked_for_saved_and_shared_is_listed(user: User) -> None:
    walk("AAA")
    row = computed(user, hold("AAA"))
    ask(hold("BBB"), user, NOW)
    computed(user, hold("AAA", start="2030-01-01"))
    Strategy.objects.create(owner=user, name="Mine", request=row.request, saved_on=date(2024, 1, 2), result=row,
                            divided={"before": None, "after": {"twr": 0.2}})  # fmt: skip
    Share.objects.create(owner=user, backtest=row)
    Share.objects.create(owner=User.objects.create(username="bob"), backtest=row)

    page = listing(user)

    assert sorted(one.state for one in page.latest) == ["problem", "there", "waiting"]
    assert [(one.name, one.after, "twr_annualised" in one.figures) for one in page.strategies] == [
        ("Mine", {"twr": 0.2}, True)
    ]
    assert [one.strategy for one in page.shares] == ["AAA, bought once and held"]
