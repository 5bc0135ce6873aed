from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pricing.models import Correction, Instrument
from pricing.services.manual import create
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db

NEW, PRICES = "/instruments/new/", "/instruments/MY-HOUSE/prices/"
HOUSE = {"symbol": "house", "name": "House by the lake", "currency": "eur"}


@pytest.fixture
def house(user: User) -> Instrument:
    return create("MY-HOUSE", "House by the lake", "EUR", user)


@pytest.fixture
def price(house: Instrument, user: User) -> Correction:
    return Correction.objects.create(
        instrument=house, session=date(2024, 6, 3), close=250_000.5, entered_at="2024-06-05T15:00Z", entered_by=user
    )


def test_an_instrument_is_made_and_its_prices_are_asked_for_next(signed_in: Client, user: User) -> None:
    answer = signed_in.post(NEW, HOUSE, follow=True)

    row = Instrument.objects.get()
    assert answer.redirect_chain == [(PRICES, 302)]
    assert (row.symbol, row.currency, row.entered_by) == ("MY-HOUSE", "EUR", user)
    assert "House by the lake" in answer.text
    assert "None so far." in answer.text


def test_a_symbol_that_is_taken_comes_back_with_what_was_typed(signed_in: Client) -> None:
    Instrument.objects.create(symbol="MY-TAKEN")

    answer = signed_in.post(NEW, HOUSE | {"symbol": "TAKEN"})

    assert answer.status_code == 422
    assert "There is an instrument MY-TAKEN already: choose another symbol." in answer.text
    assert 'value="House by the lake"' in answer.text
    assert Instrument.objects.count() == 1


def test_mine_are_listed_and_nobody_elses(
    signed_in: Client, price: Correction, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    create("MY-LOAN", "", "EUR", User.objects.create_user("bob"))

    with django_assert_num_queries(5):  # other portfolios, session, user, mine, jobs
        page = signed_in.get(NEW).text

    assert f'href="{PRICES}"' in page
    assert "MY-LOAN" not in page


def test_a_price_is_entered_and_shown(signed_in: Client, house: Instrument, user: User, market: Market) -> None:
    page = signed_in.post(PRICES, {"day": "2024-06-03", "close": "250000.5"}, follow=True).text

    row = Correction.objects.get()
    assert (row.close, row.entered_by) == (250_000.5, user)
    assert "The price of 2024-06-03 is stored." in page
    assert "250,000.5" in page
    assert [job.kind for job in Job.objects.all()] == ["stocktracker.correct"]
    assert market.requests() == []


def test_a_day_to_come_has_no_price_and_nothing_typed_is_lost(signed_in: Client, house: Instrument) -> None:
    answer = signed_in.post(PRICES, {"day": "2999-01-01", "close": "7.25"})

    assert answer.status_code == 422
    assert "2999-01-01 has not come yet" in answer.text
    assert 'value="7.25"' in answer.text
    assert not Correction.objects.exists()


def test_a_price_is_withdrawn_without_asking_any_source(signed_in: Client, price: Correction) -> None:
    page = signed_in.post(f"{PRICES}{price.pk}/withdraw/", follow=True).text

    assert "The price of 2024-06-03 is withdrawn." in page
    assert not Correction.objects.exists()
    assert [job.kind for job in Job.objects.all()] == ["stocktracker.correct"]


def test_the_page_takes_five_queries(
    signed_in: Client, price: Correction, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(6):  # other portfolios, session, user, instrument, prices, jobs
        signed_in.get(PRICES)


@pytest.mark.parametrize("is_staff", [False, True])
def test_for_anybody_else_it_does_not_exist(client: Client, price: Correction, is_staff: bool) -> None:
    client.force_login(User.objects.create_user("eve", is_staff=is_staff))

    answers = [
        client.get(PRICES),
        client.post(PRICES, {"day": "2024-06-04", "close": "1"}),
        client.post(f"{PRICES}{price.pk}/withdraw/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert Correction.objects.count() == 1


def test_what_a_source_prices_is_nobodys_own(signed_in: Client, apple: Instrument, user: User) -> None:
    Instrument.objects.update(entered_by=user)

    assert signed_in.get("/instruments/AAPL/prices/").status_code == 404
    assert signed_in.get("/instruments/A%00/prices/").status_code == 404


@pytest.mark.parametrize("page", [NEW, PRICES])
def test_a_stranger_is_sent_to_the_login_and_a_form_of_another_site_refused(
    client: Client, house: Instrument, user: User, page: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert client.get(page)["Location"].startswith("/login/")
    assert strict.post(page, HOUSE).status_code == 403
