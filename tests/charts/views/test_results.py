from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from charts.models import Asked, Backtest, Share, Strategy
from charts.services.asking import ask
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job
from tests.charts.given import computed, crossover, hold, walk
from tests.portfolios.given import NOW

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def row(user: User) -> Backtest:
    walk("AAA")
    return computed(user, crossover("AAA", benchmark="AAA", costs={"rate": 0.001}))


def address(row: Backtest, rest: str = "") -> str:
    return f"/backtests/{row.key}/{rest}"


def test_a_result_is_shown_with_few_queries_and_without_the_market(
    signed_in: Client, row: Backtest, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    Backtest.objects.update(read_at=timezone.now())

    with django_assert_num_queries(
        10
    ):  # session, user; result; asked, prices, strategies, link, studies; of every page
        page = text(signed_in.get(address(row)))

    for shown in ("AAA while its SMA of 20 days", "computed in", "Return a year", "Round trips", "0.1% of each order",
                  f"/api/backtests/{row.key}/chart", "Draw the map", "Try every start"):  # fmt: skip
        assert shown in page
    assert market.requests() == []


def test_a_result_is_looked_for_until_it_is_there(signed_in: Client, user: User) -> None:
    walk("AAA")
    row = ask(hold("AAA"), user, NOW)

    whole = text(signed_in.get(address(row)))
    part = text(signed_in.get(address(row), {"look": "1"}, headers=PART))
    late = text(signed_in.get(address(row), {"look": "99"}, headers=PART))

    assert ("<html" in whole, "delay:150ms" in whole, "Computing" in whole) == (True, True, True)
    assert ("<html" in part, "delay:300ms" in part, "look=2" in part, "delay:2500ms" in late) == (
        False,
        True,
        True,
        True,
    )
    computed(user, hold("AAA"))
    there = text(signed_in.get(address(row), {"look": "2"}, headers=PART))
    assert ('hx-trigger="load' in there, "Value at the end" in there, "<html" in there) == (False, True, False)


def test_who_waits_for_prices_is_told_which_and_why_they_do_not_come(signed_in: Client, user: User) -> None:
    walk("AAA")
    row = ask(hold("AAA", "NEWONE"), user, NOW)
    Job.objects.filter(kind="stocktracker.backfill").update(error="The source refuses.")

    page = text(signed_in.get(address(row)))

    assert "Fetching prices of NEWONE: 1 of 2 are here." in page
    assert "The source refuses." in page


def test_a_result_that_cannot_be_says_why_and_can_be_changed(signed_in: Client, user: User) -> None:
    walk("AAA")
    row = computed(user, hold("AAA", start="2030-01-01"))

    page = text(signed_in.get(address(row)))

    assert ("There is no result" in page, f"/backtests/new/hold/?from={row.key}" in page) == (True, True)


def test_whose_prices_moved_on_is_sent_to_what_became_of_it(signed_in: Client, row: Backtest) -> None:
    other = Backtest.objects.create(key="b" * 64, request=row.request, revisions={}, asked_at=NOW, read_at=NOW,
                                    became=row, computed_at=NOW)  # fmt: skip

    page = signed_in.get(address(other))
    part = signed_in.get(address(other), headers=PART)

    assert (page.status_code, page.headers["Location"]) == (302, address(row))
    assert part.headers["HX-Redirect"] == address(row)


def test_one_that_was_there_before_is_called_stored(signed_in: Client, row: Backtest) -> None:
    Asked.objects.update(at=timezone.now() + timedelta(minutes=1))

    page = text(signed_in.get(address(row)))

    assert ("stored result" in page, "computed in" in page) == (True, False)


def test_new_prices_are_said_and_taken_on_demand(signed_in: Client, row: Backtest) -> None:
    Instrument.objects.update(revision=99)

    page = text(signed_in.get(address(row)))
    answer = signed_in.post(address(row, "again/"))

    assert "Prices have moved on since." in page
    assert (answer.status_code, Backtest.objects.count()) == (303, 2)
    assert answer.headers["Location"] != address(row)


def test_a_look_is_remembered_once_a_day(signed_in: Client, row: Backtest) -> None:
    Backtest.objects.update(read_at=datetime(2024, 1, 1, tzinfo=UTC))

    signed_in.get(address(row))

    row.refresh_from_db()
    assert row.read_at.date() == timezone.now().date()


def test_what_is_unknown_or_somebody_elses_is_explained(signed_in: Client, row: Backtest) -> None:
    Backtest.objects.update(owner=User.objects.create(username="bob"))

    theirs, nothing = signed_in.get(address(row)), signed_in.get(f"/backtests/{'a' * 64}/")

    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert "are forgotten" in text(nothing)
    assert [signed_in.post(address(row, rest)).status_code for rest in ("save/", "share/", "again/")] == [404] * 3


def test_a_result_is_saved_under_a_name(signed_in: Client, row: Backtest) -> None:
    page = text(signed_in.post(address(row, "save/"), {"name": "Golden cross"}, follow=True))
    again = text(signed_in.post(address(row, "save/"), {"name": "Golden cross"}, follow=True))
    nameless = text(signed_in.post(address(row, "save/"), {"name": ""}, follow=True))

    strategy = Strategy.objects.get()
    assert (strategy.name, strategy.result) == ("Golden cross", row)
    assert "is saved: it goes on" in page
    assert "You have a strategy «Golden cross» already" in again
    assert "Give the strategy a name" in nameless


def test_a_result_is_shared_by_a_link(signed_in: Client, row: Backtest) -> None:
    page = text(signed_in.post(address(row, "share/"), follow=True))

    assert f"http://testserver/backtests/shared/{Share.objects.get().token}/" in page


def test_private_amounts_and_german_are_kept_to(signed_in: Client, row: Backtest) -> None:
    page = text(signed_in.get(address(row), headers={"Accept-Language": "de"}))

    assert page.count("<table") >= 5
