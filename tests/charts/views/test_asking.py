from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.forms.templates import TEMPLATES
from charts.models import Asked, Backtest
from portfolios.models import Holding, Portfolio
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job
from tests.charts.given import computed, crossover, hold, walk
from tests.portfolios.given import quote

pytestmark = pytest.mark.django_db
NEW = "/backtests/new/{}/"
HELD = {"cash": "10000", "currency": "USD", "benchmark": "", "part_0": "100", "symbol_0": "AAA", "fill": "next_open"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("slug", TEMPLATES)
def test_each_template_is_a_sentence_with_its_blanks(signed_in: Client, portfolio: Portfolio, slug: str) -> None:
    answer = signed_in.get(NEW.format(slug))

    page = text(answer)
    assert (answer.status_code, 'class="blanks"' in page) == (200, True)
    for name in TEMPLATES[slug].fields:
        assert page.count(f'name="{name}"') == 1


def test_a_form_is_shown_with_few_queries_and_without_the_market(
    signed_in: Client, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(5):  # session, user; known symbols; portfolios, jobs
        signed_in.get(NEW.format("hold"))

    assert market.requests() == []


def test_a_sentence_that_says_enough_leads_to_its_result(signed_in: Client, user: User) -> None:
    walk("AAA")

    answer = signed_in.post(NEW.format("hold"), HELD)

    row = Backtest.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/backtests/{row.key}/")
    assert row.request["strategy"]["weights"] == {"AAA": 1.0}
    assert (Asked.objects.get().user, Job.objects.get().kind) == (user, "charts.backtest")


def test_nothing_that_was_typed_is_lost_where_something_is_wrong(signed_in: Client) -> None:
    wrong = {"symbol": "AAA", "fast": "200", "slow": "50", "cash": "123", "currency": "USD", "average": "ema",
             "entry": "cross", "fill": "close", "cost_rate": "0.1"}  # fmt: skip

    answer = signed_in.post(NEW.format("crossover"), wrong)

    page = text(answer)
    assert (answer.status_code, Backtest.objects.count()) == (422, 0)
    assert 'data-wrong="fast"' in page
    assert "The fast average must be shorter than the slow one" in page
    for kept in ('value="123"', 'value="200"', 'value="0.1"', '<option value="ema" selected'):
        assert kept in page


def test_while_one_types_words_say_what_would_be_tested(
    signed_in: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    walk("AAA")

    with django_assert_num_queries(3):  # session, user; instruments
        page = text(signed_in.post(NEW.format("hold") + "check/", HELD | {"part_0": "60", "symbol_1": "BBB"}))

    assert "60% AAA, 40% BBB, bought once and held" in page
    assert "Prices of BBB are fetched first" in page
    assert (Backtest.objects.count(), Job.objects.count(), Instrument.objects.count()) == (0, 0, 1)


def test_while_one_types_only_the_faults_are_said(signed_in: Client) -> None:
    page = text(signed_in.post(NEW.format("hold") + "check/", HELD | {"part_0": "70"}))

    assert ("The parts add up to 70 %" in page, "<form" in page) == (True, False)


def test_a_result_can_be_changed(signed_in: Client, user: User) -> None:
    walk("AAA")
    row = computed(user, crossover("AAA", 7, 33, costs={"rate": 0.002}))

    page = text(signed_in.get(NEW.format("crossover"), {"from": row.key}))

    for filled in ('value="7"', 'value="33"', 'value="AAA"', 'value="0.2"'):
        assert filled in page


def test_what_could_not_be_says_why_at_its_field(signed_in: Client, user: User) -> None:
    walk("AAA")
    row = computed(user, crossover("AAA", start="2030-01-01"))

    page = text(signed_in.get(NEW.format("crossover"), {"from": row.key}))
    other = text(signed_in.get(NEW.format("hold"), {"from": row.key}))

    for shown in ('data-wrong="start"', 'value="2030-01-01"', 'folded further" open'):
        assert shown in page
    assert 'value="VTI"' in other


def test_another_page_may_name_the_security_or_the_portfolio(signed_in: Client, portfolio: Portfolio) -> None:
    named = text(signed_in.get(NEW.format("reversion"), {"symbol": "koo"}))
    own = text(signed_in.get(NEW.format("portfolio"), {"portfolio": portfolio.pk}))

    assert 'value="KOO"' in named
    assert f'<option value="{portfolio.pk}" selected>Family' in own


def test_more_rows_are_given_without_a_word_about_faults(signed_in: Client) -> None:
    page = text(signed_in.post(NEW.format("hold"), HELD | {"more": "1", "part_0": "x"}))

    assert ('name="symbol_9"' in page, "<li data-wrong" in page, 'value="AAA"' in page) == (True, False, True)


def test_my_portfolio_is_tested_as_it_is_held_now(
    signed_in: Client, portfolio: Portfolio, held: Callable[..., Holding]
) -> None:
    row = walk("AAA")
    held(row, 10)
    quote(row, "200")
    asked = {"portfolio": str(portfolio.pk), "fill": "next_open", "benchmark": "", "cash": "", "currency": ""}

    answer = signed_in.post(NEW.format("portfolio"), asked)

    found = Backtest.objects.get()
    assert (answer.status_code, found.request["cash"], found.request["strategy"]["weights"]) == (
        303,
        2000.0,
        {"AAA": 1},
    )


def test_somebody_elses_portfolio_is_none(signed_in: Client) -> None:
    other = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His", base_currency="USD")

    answer = signed_in.post(NEW.format("portfolio"), {"portfolio": str(other.pk), "fill": "next_open"})

    assert (answer.status_code, "You have no such portfolio." in text(answer)) == (422, True)


def test_what_is_no_template_is_not_there_and_strangers_are_asked_who_they_are(
    client: Client, signed_in: Client
) -> None:
    assert signed_in.get(NEW.format("nothing")).status_code == 404
    assert signed_in.post(NEW.format("nothing") + "check/").status_code == 404
    assert Client().get(NEW.format("hold")).status_code == 302


def test_a_form_without_its_token_is_refused(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert strict.post(NEW.format("hold"), HELD).status_code == 403
    assert hold("AAA")["benchmark"] == ""
