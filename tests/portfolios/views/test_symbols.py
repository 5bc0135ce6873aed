import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pricing import lookup
from pricing.models import Instrument
from pricing.simulator.control import Market
from pricing.upstream.client import Found
from stocktracker.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_suggestions_are_options_of_a_list_and_cost_one_query_and_no_request(
    signed_in: Client, market: Market, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lookup.keep("coca", [Found("KO", "The Coca-Cola <Company>", "NYQ", "EQUITY")])

    with django_assert_num_queries(3):  # session, user, what is here
        page = signed_in.get("/symbols/?q=coca").text

    assert 'role="option" id="symbol-1" data-symbol="KO" aria-selected="false"' in page
    assert "The Coca-Cola &lt;Company&gt;" in page
    assert "NYQ · Share" in page
    assert "hx-get" not in page
    assert market.requests() == []


def test_while_the_source_is_asked_the_part_asks_again_by_itself(signed_in: Client) -> None:
    first = signed_in.get("/symbols/", {"q": "a&b c"}).text
    again = signed_in.get("/symbols/", {"q": "a&b c", "poll": "1"}).text
    last = signed_in.get("/symbols/", {"q": "a&b c", "poll": "9" * 4000}).text

    assert 'hx-get="/symbols/?q=a%26b%20c&amp;poll=1" hx-trigger="load delay:500ms"' in first
    assert "poll=2" in again
    assert "The price source does not answer." in last
    assert Job.objects.count() == 1


@pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=x&poll=-1", "q=x&poll=%C2%B2", "poll=1"])
def test_any_address_is_answered(signed_in: Client, query: str) -> None:
    assert signed_in.get(f"/symbols/?{query}").status_code == 200


def test_the_field_may_ask_by_its_own_name(signed_in: Client) -> None:
    Instrument.objects.create(symbol="KO", name="Coca-Cola", status="active")

    assert 'data-symbol="KO"' in signed_in.get("/symbols/?symbol=ko").text


def test_another_persons_own_instrument_is_suggested_to_nobody(signed_in: Client) -> None:
    bob = User.objects.create_user("bob")
    Instrument.objects.create(symbol="HOUSE", name="House", status="manual", entered_by=bob)

    assert "HOUSE" not in signed_in.get("/symbols/?q=house").text


def test_it_is_for_people_who_are_logged_in_and_only_shows(client: Client, user: User) -> None:
    assert client.get("/symbols/?q=ko")["Location"].startswith("/login/")
    client.force_login(user)
    assert client.post("/symbols/", {"q": "ko"}).status_code == 405
