import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.models import Backtest, Study
from charts.tasks import study as task
from stocktracker.jobs.models import Job
from tests.charts.given import computed, crossover, hold, walk
from tests.portfolios.given import ran

pytestmark = pytest.mark.django_db
OVER = {"vary_fast": "on", "fast_from": "10", "fast_to": "30", "fast_step": "10"}
PART = {"HX-Request": "true"}


@pytest.fixture
def row(user: User) -> Backtest:
    walk("AAA")
    return computed(user, crossover("AAA"))


def test_a_map_is_asked_for_waited_for_and_drawn(signed_in: Client, row: Backtest) -> None:
    answer = signed_in.post(f"/backtests/{row.key}/map/", OVER)
    study = Study.objects.get()
    address = f"/backtests/{row.key}/studies/{study.pk}/"
    before = signed_in.get(address, headers=PART).content.decode()
    ran(Job.objects.get(kind="charts.study"), task)

    after = signed_in.get(address, headers=PART).content.decode()

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/backtests/{row.key}/#studies")
    assert study.over == {"fast": [10, 20, 30]}
    assert ("Computing" in before, "hx-get" in before) == (True, True)
    assert ("<table" in after, "chosen" in after, "hx-get" in after) == (True, True, False)
    assert signed_in.get(address).headers["Location"] == f"/backtests/{row.key}/"


def test_luck_is_asked_for_and_shown_on_the_page(signed_in: Client, row: Backtest) -> None:
    signed_in.post(f"/backtests/{row.key}/luck/")
    ran(Job.objects.get(kind="charts.study"), task)

    page = signed_in.get(f"/backtests/{row.key}/").content.decode()

    assert ("5 of 100 are worse" in page, "starts" in page) == (True, True)


def test_an_absurd_grid_is_refused_at_its_number(signed_in: Client, row: Backtest) -> None:
    wrong = OVER | {"fast_to": "900", "fast_step": "0.01"}

    answer = signed_in.post(f"/backtests/{row.key}/map/", wrong)

    page = answer.content.decode()
    assert (answer.status_code, Study.objects.count()) == (422, 0)
    assert ("Take larger steps" in page, 'value="0.01"' in page) == (True, True)


def test_a_strategy_without_numbers_has_no_map(signed_in: Client, user: User, row: Backtest) -> None:
    plain = computed(user, hold("AAA"))

    assert "Draw the map" not in signed_in.get(f"/backtests/{plain.key}/").content.decode()
    assert signed_in.post(f"/backtests/{plain.key}/map/", OVER).status_code == 422


def test_studies_of_what_is_not_ones_own_do_not_exist(signed_in: Client, row: Backtest) -> None:
    signed_in.post(f"/backtests/{row.key}/luck/")
    Backtest.objects.update(owner=User.objects.create(username="bob"))

    assert signed_in.get(f"/backtests/{row.key}/studies/{Study.objects.get().pk}/").status_code == 404
    assert [signed_in.post(f"/backtests/{row.key}/{rest}/").status_code for rest in ("map", "luck")] == [404, 404]


def test_whoever_counts_numbers_finds_no_keys(signed_in: Client, user: User, row: Backtest) -> None:
    """Weights of somebody's portfolio are known by their key alone."""
    other = computed(user, hold("AAA"))
    signed_in.post(f"/backtests/{row.key}/luck/")
    pk = Study.objects.get().pk

    assert signed_in.get(f"/backtests/{other.key}/studies/{pk}/").status_code == 404
    assert signed_in.get(f"/backtests/studies/{pk}/").status_code == 404
