import pytest
from django.contrib.auth.models import User

from charts.backtests.request import RequestError
from charts.models import Study
from charts.services.studies import ask_luck, ask_map
from stocktracker.jobs.models import Job, State
from tests.charts.given import computed, crossover, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db


def test_a_study_is_asked_for_once(user: User) -> None:
    walk("SPY")
    row = computed(user, crossover("SPY"))

    study = ask_map(row, {"fast": [10, 20], "slow": [50, 100]}, user, NOW)
    again = ask_map(row, {"slow": [100, 50], "fast": {"from": 10, "to": 20, "step": 10}}, user, NOW)

    assert again == study
    assert study.over == {"fast": [10, 20], "slow": [50, 100]}
    assert Job.objects.filter(kind="charts.study").count() == 1
    assert ask_luck(row, user, NOW) != study


def test_one_that_came_to_nothing_is_asked_for_again(user: User) -> None:
    walk("SPY")
    row = computed(user, crossover("SPY"))
    ask_luck(row, user, NOW)
    Study.objects.update(problem={"message": "No."}, computed_at=NOW)
    Job.objects.update(state=State.DONE)

    assert ask_luck(row, user, NOW).computed_at is None
    assert Job.objects.filter(kind="charts.study", state=State.QUEUED).count() == 1


def test_a_map_that_makes_no_sense_is_no_row(user: User) -> None:
    walk("SPY")
    row = computed(user, crossover("SPY"))

    with pytest.raises(RequestError, match=r"over\.fast: That would be 40000 runs"):
        ask_map(row, {"fast": {"from": 1, "to": 200, "step": 1}, "slow": {"from": 2, "to": 201, "step": 1}}, user, NOW)
    assert not Study.objects.exists()
