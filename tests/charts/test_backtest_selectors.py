import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts import backtest_selectors as selectors
from charts.backtests.request import KINDS
from charts.services.asking import ask
from charts.services.saving import save_strategy, share
from charts.tasks import backtest
from stocktracker.jobs.models import Job, State
from tests.charts.given import computed, crossover, hold, walk
from tests.portfolios.given import NOW, ran

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_result_is_found_by_its_key(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))

    assert selectors.result_of(user, row.key) == row
    assert selectors.result_of(user, "0" * 64) is None


def test_how_many_histories_have_come(user: User) -> None:
    walk("VTI")
    row = ask(hold("VTI", "COLD"), user, timezone.now())
    assert selectors.progress_of(row) == selectors.Progress("", 1, 2)

    job = ran(Job.objects.get(kind="charts.backtest"), backtest)
    assert selectors.progress_of(row) == selectors.Progress("Waiting for the history of COLD", 1, 2)

    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="Nobody knows.")
    assert selectors.progress_of(row).failed == "Nobody knows."
    Job.objects.all().delete()
    assert selectors.progress_of(row).message == ""


def test_orders_are_rows_of_what_was_bought(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI", costs={"fixed": 1}))

    ((day, symbol, quantity, price, amount, fee),) = selectors.trades_of(row)

    assert (symbol, fee) == ("VTI", 1)
    assert quantity * price == pytest.approx(amount)
    assert day == "2019-01-02"


def test_lists_of_one_s_own(user: User) -> None:
    walk("VTI")
    walk("SPY", seed=2)
    one, other = computed(user, hold("VTI")), computed(user, crossover("SPY"))
    strategy, link = save_strategy(user, one, "Mine", NOW), share(user, other)
    eve = User.objects.create_user("eve")

    assert {asked.backtest for asked in selectors.latest_of(user)} == {one, other}
    assert selectors.strategies_of(user) == [strategy]
    assert selectors.shares_of(user) == [link]
    assert [selectors.latest_of(eve), selectors.strategies_of(eve), selectors.shares_of(eve)] == [[], [], []]
    assert selectors.name_of(other) == "Moving averages SPY"


def test_looking_is_remembered_once_a_day(user: User) -> None:
    walk("VTI")
    row = computed(user, hold("VTI"))
    later = timezone.now()

    selectors.read_today(row, later)

    row.refresh_from_db()
    assert row.read_at == later


def test_every_kind_has_a_name_people_know() -> None:
    assert set(selectors.TITLES) == set(KINDS)
