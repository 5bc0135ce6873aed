from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from charts.backtests.market import EmptyRangeError
from charts.backtests.request import read
from charts.services.asking import basis_of
from charts.services.loading import Loaded, load
from pricing.models import Bar, Dividend, Instrument
from tests.charts.given import computed, hold, walk
from tests.portfolios.given import split

pytestmark = pytest.mark.django_db


def loaded(**more: object) -> Loaded:
    request = read(hold("A", "B") | more)
    return load(request, basis_of(request))


def test_all_prices_come_in_one_query_and_then_from_memory(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    walk("A")
    walk("B", seed=2)
    request = read(hold("A", "B"))
    basis = basis_of(request)

    with django_assert_num_queries(1):
        first = load(request, basis)
    with django_assert_num_queries(0):
        second = load(request, basis)

    assert (first.from_memory, first.from_database) == (0, 2)
    assert (second.from_memory, second.from_database) == (2, 0)
    assert second.listed["A"].closes is not first.listed["B"].closes


def test_opens_are_on_the_scale_of_adjusted_closes(user: User) -> None:
    fund = walk("A")
    walk("B", seed=2)

    listed = loaded().listed["A"]

    bar = Bar.objects.filter(instrument=fund).earliest("session")
    assert listed.closes[0] == bar.adjusted_close
    assert listed.opens[0] == pytest.approx(bar.open * bar.adjusted_close / bar.close)


def test_whole_shares_are_dealt_at_prices_as_stated_with_splits_and_dividends(user: User) -> None:
    fund = walk("A", currency="GBp")
    walk("B", seed=2, currency="GBP")
    split(fund, "2020-06-01", 3, 2)
    Dividend.objects.create(instrument=fund, ex_date=date(2020, 1, 2), amount=Decimal(50))

    listed = loaded(whole_shares=True, currency="GBP").listed["A"]

    bar = Bar.objects.filter(instrument=fund).earliest("session")
    assert listed.closes[0] == pytest.approx(bar.close / 100)
    assert listed.splits == ((18414, 1.5),)
    assert listed.dividends == ((18263, 0.5),)


def test_a_rate_that_has_no_bars_is_empty_and_the_test_says_so(user: User) -> None:
    walk("A", currency="EUR")
    walk("B", seed=2)
    from tests.portfolios.given import listed

    listed("EURUSD=X", calendar="CURRENCIES")
    rate = loaded().listed["A"].rate

    assert rate is not None
    assert np.array_equal(rate.closes, [])
    problem = computed(user, hold("A", "B")).problem
    assert problem
    assert "A" in problem["message"]


def test_splits_are_never_newer_than_the_prices_they_divided(user: User) -> None:
    """A history swapped in between the two would be divided twice, or never."""
    fund = walk("A")
    request = read(hold("A", whole_shares=True))
    basis = basis_of(request)
    load(request, basis)
    Bar.objects.update(close=F("close") / 2)
    split(fund, "2020-06-01", 2)
    Instrument.objects.update(revision=F("revision") + 1)

    found = load(request, basis)

    assert found.basis.revisions == {"A": 2}
    assert found.listed["A"].closes[0] == pytest.approx(Bar.objects.earliest("session").close)
    assert found.listed["A"].splits


def test_what_has_no_prices_is_named() -> None:
    with pytest.raises(EmptyRangeError, match="There are no prices of A"):
        loaded().of(read(hold("A")))
