import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.models import Label, Portfolio
from pricing.models import Instrument
from pricing.simulator.control import Market

pytestmark = pytest.mark.django_db


def test_holdings_take_so_many_queries_and_no_request(
    signed_in: Client, invested: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any]
) -> None:
    # session, user, portfolio; holdings, sessions, jobs, labels; the other portfolios; the bar
    with django_assert_num_queries(9):
        page = signed_in.get(f"/portfolios/{invested.pk}/holdings/?group=class").content.decode()

    assert "AAPL" in page
    assert f'href="/portfolios/{invested.pk}/instruments/AAPL/"' in page
    assert market.requests() == []


def test_nothing_found_and_nothing_held_say_what_to_do(signed_in: Client, invested: Portfolio, user: User) -> None:
    empty = Portfolio.objects.create(owner=user, name="Empty")

    unfound = signed_in.get(f"/portfolios/{invested.pk}/holdings/?q=<i>").content.decode()
    nothing = signed_in.get(f"/portfolios/{empty.pk}/holdings/?closed=1").content.decode()

    assert "Nothing you hold matches «&lt;i&gt;»." in unfound
    assert "Add the first trade" in nothing
    assert "Nothing was sold completely so far." in nothing


def test_the_file_has_what_is_shown_with_all_digits(signed_in: Client, invested: Portfolio) -> None:
    answer = signed_in.get(f"/portfolios/{invested.pk}/holdings/export.csv?q=aapl")

    assert answer["Content-Disposition"] == 'attachment; filename="family-holdings.csv"'
    header, row = csv.reader(StringIO(answer.content.decode()))
    told = dict(zip(header, row, strict=True))
    assert (told["symbol"], told["currency"], told["quantity"]) == ("AAPL", "USD", "10")
    assert float(told["value_USD"]) == float(told["quantity"]) * float(told["price"])


@pytest.mark.parametrize("page", ["holdings/", "holdings/export.csv", "performance/", "allocation/", "explain/twr/"])
def test_what_belongs_to_somebody_else_does_not_exist(signed_in: Client, page: str) -> None:
    other = Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")

    assert signed_in.get(f"/portfolios/{other.pk}/{page}").status_code == 404


def test_a_label_moves_a_holding_at_once(signed_in: Client, invested: Portfolio, user: User) -> None:
    """The list is a kept part of the page."""
    address = f"/portfolios/{invested.pk}/holdings/?group=class"
    assert "Zebras" not in signed_in.get(address).content.decode()

    Label.objects.create(user=user, instrument=Instrument.objects.get(symbol="AAPL"), dimension="class", name="Zebras")

    assert "Zebras" in signed_in.get(address).content.decode()


def test_no_cell_of_a_file_is_a_formula(signed_in: Client, invested: Portfolio, user: User) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    Label.objects.create(user=user, instrument=apple, dimension="class", name="=1+1")

    held = signed_in.get(f"/portfolios/{invested.pk}/holdings/export.csv?group=class&q=aapl").content.decode()
    groups = signed_in.get(f"/portfolios/{invested.pk}/allocation/class/export.csv").content.decode()

    assert held.endswith(",'=1+1\r\n")
    assert "\n'=1+1," in groups
