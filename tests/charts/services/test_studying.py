import pytest
from django.contrib.auth.models import User

from charts.models import Backtest, Study
from charts.services.studies import ask_luck, ask_map
from charts.tasks import study as bell
from pricing.models import Bar
from stocktracker.jobs.models import Job, State
from tests.charts.given import computed, crossover, hold, walk
from tests.portfolios.given import NOW, ran

pytestmark = pytest.mark.django_db


def studied(study: Study) -> Study:
    assert ran(Job.objects.get(kind="charts.study", args={"study": study.pk}), bell).state == State.DONE
    study.refresh_from_db()
    return study


def test_a_map_has_the_result_itself_as_one_of_its_cells(user: User) -> None:
    walk("SPY")
    row = computed(user, crossover("SPY", fast=20, slow=50))

    report = studied(ask_map(row, {"fast": [10, 20, 60], "slow": [50, 100]}, user, NOW)).report

    assert report
    assert report["parameters"] == ["fast", "slow"]
    chosen = report["cells"][report["chosen"]]
    assert chosen["values"] == [20, 50]
    assert chosen["twr_annualised"] == pytest.approx(row.report["figures"]["twr_annualised"])  # type: ignore[index]  # it is computed
    assert report["cells"][report["values"][1].index(50) + 2 * 2] is None  # 60 is not less than 50
    assert report["label"] in {"robust", "fragile", "mixed"}


def test_the_luck_of_the_start_is_that_of_every_start(user: User) -> None:
    walk("VTI", sessions=320)
    row = computed(user, hold("VTI"))

    report = studied(ask_luck(row, user, NOW)).report

    assert report
    assert report["starts"] > 50
    assert report["worst"]["value"] <= report["median"]["value"] <= report["best"]["value"]


def test_prices_that_are_gone_are_said(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    study = ask_luck(row, user, NOW)
    Bar.objects.all().delete()
    Backtest.objects.update(revisions={})
    from pricing.closes import shelf

    shelf.clear()

    problem = studied(study).problem

    assert problem
    assert problem["message"] == "There are no prices of VTI."
