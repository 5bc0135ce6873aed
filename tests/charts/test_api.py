import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.models import Chart
from charts.services.drawing import store_chart
from portfolios.models import Portfolio
from tests.portfolios.given import NOW

JSON = b'{"t":[19000],"series":{}}'


@pytest.fixture
def address(portfolio: Portfolio) -> str:
    """Of a chart that is stored."""
    store_chart(portfolio, gzip.compress(JSON), NOW)
    return f"/portfolios/{portfolio.pk}/charts/main.json"


def test_a_browser_gets_the_stored_bytes_as_they_are(signed_in: Client, address: str) -> None:
    answer = signed_in.get(address, headers={"accept-encoding": "gzip, br"})

    assert (answer.status_code, answer["Content-Type"], answer["Content-Encoding"]) == (200, "application/json", "gzip")
    assert answer.content == bytes(Chart.objects.get().payload)
    assert (answer["Cache-Control"], answer["Vary"]) == ("private, no-cache", "Accept-Encoding, Cookie")


def test_who_cannot_unpack_gets_plain_json(signed_in: Client, address: str) -> None:
    answer = signed_in.get(address)

    assert "Content-Encoding" not in answer
    assert answer.content == JSON


def test_who_has_it_already_gets_304_without_a_body(signed_in: Client, address: str) -> None:
    first = signed_in.get(address)

    again = signed_in.get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (again["Cache-Control"], again["Vary"]) == ("private, no-cache", "Accept-Encoding, Cookie")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ('W/"other", W/{tag}', 304),
        ('"other",{tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("{tag}x", 200),
        ("", 200),
        ("nonsense", 200),
    ],
)
def test_lists_of_tags_weak_or_strong_are_understood(signed_in: Client, address: str, asked: str, status: int) -> None:
    tag = Chart.objects.get().etag

    assert signed_in.get(address, headers={"if-none-match": asked.format(tag=tag)}).status_code == status


def test_a_new_chart_has_a_new_tag(signed_in: Client, address: str, portfolio: Portfolio) -> None:
    first = signed_in.get(address)
    store_chart(portfolio, gzip.compress(b"{}"), NOW)

    again = signed_in.get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (200, b"{}")


def test_one_query_besides_session_and_user(
    signed_in: Client, address: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(3):
        signed_in.get(address)


def test_somebody_else_s_chart_does_not_exist(client: Client, address: str) -> None:
    client.force_login(User.objects.create_user("eve"))

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("path", ["/portfolios/{}/charts/other.json", f"/portfolios/{10**30}/charts/main.json"])
def test_what_is_not_there_is_404(signed_in: Client, portfolio: Portfolio, path: str) -> None:
    assert signed_in.get(path.format(portfolio.pk)).status_code == 404


def test_a_stranger_is_sent_to_the_login(client: Client, address: str) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")


def test_a_chart_is_only_read(signed_in: Client, address: str) -> None:
    assert signed_in.post(address).status_code == 405
