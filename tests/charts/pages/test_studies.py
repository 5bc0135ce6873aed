from typing import Any

import pytest
from django.contrib.auth.models import User

from charts.models import Study
from charts.pages.studies import shown, studies_of, study_of
from charts.services.studies import ask_luck, ask_map
from charts.tasks import study as task
from stocktracker.jobs.models import Job
from tests.charts.given import computed, crossover, walk
from tests.portfolios.given import NOW, ran

pytestmark = pytest.mark.django_db


def worked(study: Study) -> Study:
    ran(Job.objects.get(kind="charts.study", args={"study": study.pk}), task)
    study.refresh_from_db()
    return study


def test_a_map_is_a_table_with_the_chosen_and_the_best(user: User) -> None:
    walk("AAA")
    row = computed(user, crossover("AAA"))
    over: dict[str, Any] = {"fast": [10, 20, 60], "slow": [50, 80]}

    table = shown(worked(ask_map(row, over, user, NOW))).table

    assert table is not None
    assert (table.columns, [name for name, _ in table.rows]) == (["50", "80"], ["10", "20", "60"])
    cells = [cell for _, cells in table.rows for cell in cells]
    assert [at for at, cell in enumerate(cells) if cell.chosen] == [2]
    assert sum(cell.best for cell in cells) == 1
    assert (cells[4].value, cells[4].tone) == (None, "none")


def test_a_map_of_one_number_is_one_column(user: User) -> None:
    walk("AAA")
    row = computed(user, crossover("AAA"))

    table = shown(worked(ask_map(row, {"fast": [10, 20]}, user, NOW))).table

    assert table is not None
    assert (table.across, table.columns, [len(cells) for _, cells in table.rows]) == ("", [], [1, 1])


def test_luck_is_bars_from_the_worst_to_the_best(user: User) -> None:
    walk("AAA")
    row = computed(user, crossover("AAA"))

    bars = shown(worked(ask_luck(row, user, NOW))).bars

    values = [one.bar.value for one in bars[:-1]]
    assert (values == sorted(values), bars[-1].bar.label) == (True, "Yours")


def test_what_is_under_way_is_neither_and_nobody_sees_what_is_not_his(user: User) -> None:
    walk("AAA")
    row = computed(user, crossover("AAA"))
    study = ask_luck(row, user, NOW)
    row.owner = User.objects.create(username="bob")
    row.save()

    assert [(one.table, one.bars) for one in studies_of(row)] == [(None, ())]
    assert (study_of(user, row.key, study.pk), study_of(row.owner, row.key, study.pk)) == (None, study)
