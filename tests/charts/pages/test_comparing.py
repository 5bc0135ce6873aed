import pytest
from django.contrib.auth.models import User

from charts.pages.comparing import compared
from tests.charts.given import computed, crossover, hold, walk

pytestmark = pytest.mark.django_db


def test_results_stand_side_by_side(user: User) -> None:
    walk("AAA")
    one, two, three = computed(user, hold("AAA")), computed(user, crossover("AAA")), computed(user, hold("AAA", cash=5))

    page = compared([one, two], [three], full=False)

    figures = {line.title: [value for value, _ in line.values] for line in page.lines}
    assert figures["Largest drop"] == [(row.report or {})["figures"]["max_drawdown"]["depth"] for row in (one, two)]
    assert [column.rest for column in page.columns] == [f"with={two.key}&", f"with={one.key}&"]
    assert (page.same_period, [key for key, _, _ in page.others]) == (True, [three.key])


def test_what_is_not_of_the_same_time_is_said_and_nothing_is_added_to_three(user: User) -> None:
    walk("AAA")
    rows = [computed(user, hold("AAA", start=f"20{year}-01-02")) for year in (20, 21, 22)]

    page = compared(rows, rows, full=True)

    assert (page.same_period, page.others, page.ranges[-1][0]) == (False, [], "Max")
    assert compared([], [], full=False).columns == []


def test_two_settings_of_one_strategy_are_two_lines(user: User) -> None:
    walk("AAA")
    found = compared([computed(user, crossover("AAA", fast=fast)) for fast in (10, 20)], [], full=False)

    assert [one.name for one in found.columns] == ["Moving averages AAA", "Moving averages AAA (2)"]


def test_without_payments_the_money_weighted_return_is_that_of_the_whole(user: User) -> None:
    walk("AAA")
    row = computed(user, hold("AAA"))

    (values,) = (line.values for line in compared([row], [], full=False).lines if "XIRR" in line.title)

    assert values[0][0] == (row.report or {})["figures"]["cagr"] is not None
