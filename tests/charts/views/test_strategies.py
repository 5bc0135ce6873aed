from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.models import Backtest, Strategy
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(user: User) -> Strategy:
    walk("AAA")
    row = computed(user, hold("AAA"))
    part = {"start": "2019-01-01", "end": "2024-01-02", "twr": 0.5, "twr_annualised": 0.1, "depth": -0.2,
            "volatility": 0.15, "sharpe": 0.7, "benchmark_twr": None}  # fmt: skip
    divided = {"day": "2024-01-02", "before": part, "after": None}
    return Strategy.objects.create(owner=user, name="Mine", request=row.request, saved_on=date(2024, 1, 2),
                                   result=row, divided=divided)  # fmt: skip


def test_a_strategy_is_its_latest_result_divided_at_the_day_it_was_saved(signed_in: Client, saved: Strategy) -> None:
    page = signed_in.get(f"/backtests/strategies/{saved.pk}/").content.decode()

    for said in (
        "Mine",
        "Before it was saved, and after",
        "+50.0%",
        "too short to say anything",
        'data-since="2024-01-02"',
    ):
        assert said in page


def test_it_can_be_renamed_but_not_like_another(signed_in: Client, saved: Strategy) -> None:
    Strategy.objects.create(owner=saved.owner, name="Other", request={}, saved_on=saved.saved_on, result=saved.result)
    address = f"/backtests/strategies/{saved.pk}/rename/"

    signed_in.post(address, {"name": "Better"})
    twice = signed_in.post(address, {"name": "Other"}, follow=True).content.decode()
    nameless = signed_in.post(address, {"name": ""}, follow=True).content.decode()

    saved.refresh_from_db()
    assert saved.name == "Better"
    assert ("of this name already" in twice, "Give the strategy a name" in nameless) == (True, True)


def test_it_can_be_removed(signed_in: Client, saved: Strategy) -> None:
    page = signed_in.post(f"/backtests/strategies/{saved.pk}/remove/", follow=True).content.decode()

    assert ("«Mine» is gone." in page, Strategy.objects.count()) == (True, 0)


def test_somebody_elses_does_not_exist(saved: Strategy) -> None:
    bob = Client()
    bob.force_login(User.objects.create(username="bob"))
    address = f"/backtests/strategies/{saved.pk}/"

    assert bob.get(address).status_code == 404
    assert [bob.post(address + rest, {"name": "x"}).status_code for rest in ("rename/", "remove/")] == [404, 404]


@pytest.mark.parametrize("problem", [None, {"path": "start", "message": "No.", "template": "No.", "values": {}}])
def test_a_strategy_whose_result_is_not_there_leads_to_where_that_is_said(
    signed_in: Client, saved: Strategy, problem: dict[str, object] | None
) -> None:
    """An import brings strategies before their prices have come."""
    computed_at = NOW if problem else None
    Backtest.objects.update(report=None, problem=problem, computed_at=computed_at)

    answer = signed_in.get(f"/backtests/strategies/{saved.pk}/")

    assert answer.headers["Location"] == f"/backtests/{saved.result.key}/"
    assert "no result" in signed_in.get("/backtests/").content.decode()
