from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client, RequestFactory

from portfolios.context import portfolios
from portfolios.models import Portfolio


@pytest.mark.django_db
def test_the_switch_leads_to_the_same_page_of_another_portfolio(signed_in: Client, portfolio: Portfolio) -> None:
    other = Portfolio.objects.create(owner=portfolio.owner, name="Other")
    Portfolio.objects.create(owner=User.objects.create(username="bob"), name="His")

    here = signed_in.get(f"/portfolios/{portfolio.pk}/income/").content.decode()
    elsewhere = signed_in.get(f"/portfolios/{portfolio.pk}/settings/").content.decode()

    assert f'href="/portfolios/{other.pk}/income/"' in here
    assert f'href="/portfolios/{other.pk}/"' in elsewhere
    assert "His" not in here


@pytest.mark.django_db
def test_one_query_and_only_where_it_is_shown(user: User, django_assert_num_queries: Callable[..., Any]) -> None:
    request = RequestFactory().get("/")
    request.user, request.resolver_match = user, None

    with django_assert_num_queries(0):
        known = portfolios(request)
    with django_assert_num_queries(1):
        assert list(known["my_portfolios"]) == []


def test_a_stranger_has_none() -> None:
    request = RequestFactory().get("/")
    request.user, request.resolver_match = AnonymousUser(), None

    assert list(portfolios(request)["my_portfolios"]) == []
