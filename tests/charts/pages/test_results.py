from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from charts.models import Asked, Strategy
from charts.pages.results import has_map, own_result_page, parts_of, ranges_of, result_page
from pricing.models import Instrument
from tests.charts.given import computed, crossover, hold, walk

pytestmark = pytest.mark.django_db


def test_a_result_is_put_in_order(user: User) -> None:
    walk("AAA")
    walk("BBB", seed=2)
    row = computed(user, crossover("AAA", benchmark="BBB"))

    page, report = result_page(row), row.report or {}

    assert (page.currency, page.said.strategy) == (
        "USD",
        "AAA while its SMA of 20 days is above that of 50 days, else cash",
    )
    assert [one.day for one in page.trades] == sorted((one.day for one in page.trades), reverse=True)
    assert page.trade_count == report["figures"]["orders"]
    assert len(page.years.columns) == len(report["years"])
    assert page.months.years[0].year == 2024
    assert {"beta", "alpha"} <= {one.name for one in page.against}
    assert {"sortino", "ulcer", "fees"} <= {one.name for one in page.further}
    assert page.computed_in > 0


def test_only_what_is_shorter_than_the_test_is_a_range() -> None:
    names = [name for name, _ in ranges_of(date(2019, 1, 1), date(2024, 6, 1))]

    assert names == ["1Y", "3Y", "5Y", "Max"]
    assert ranges_of(date(2019, 1, 1), date(2024, 6, 1))[-1][1]["start"] == "2018-12-31"


def test_its_reader_sees_whether_it_was_there_and_whether_prices_moved(user: User) -> None:
    walk("AAA")
    row = computed(user, hold("AAA"))
    new = own_result_page(row, user)
    Asked.objects.update(at=timezone.now() + timedelta(hours=1))
    Instrument.objects.update(revision=77)

    old = own_result_page(row, user)

    assert [(page.stored, page.moved_on) for page in (new, old)] == [(False, False), (True, True)]


def test_a_map_needs_numbers_that_could_be_others(user: User) -> None:
    walk("AAA")

    assert [has_map(computed(user, one)) for one in (hold("AAA"), crossover("AAA"))] == [False, True]


def test_a_saved_one_has_two_parts_as_soon_as_something_came_after(user: User) -> None:
    walk("AAA")
    row = computed(user, hold("AAA"))
    saved = Strategy.objects.create(owner=user, name="x", request={}, saved_on=date(2024, 1, 2), result=row)
    before = parts_of(saved)
    saved.divided = {"day": "2024-01-02", "before": {"twr": 0.1}, "after": None}

    assert (before, [(one.after, one.figures) for one in parts_of(saved)]) == (
        [],
        [(False, {"twr": 0.1}), (True, None)],
    )
