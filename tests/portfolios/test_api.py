from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from portfolios.explanations import names
from portfolios.models import Portfolio, Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(invested: Portfolio) -> str:
    return f"/api/portfolios/{invested.pk}/"


def test_a_report_comes_as_it_was_stored(
    signed_in: Client, address: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(3) as asked:  # session, user, snapshot
        answer = signed_in.get(f"{address}report")

    assert answer.json() == Snapshot.objects.get().report
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", "private, no-cache")
    assert '"trades"' not in asked.captured_queries[2]["sql"]


def test_years_accounts_and_income_come_as_stored_and_so_do_closed_lots(signed_in: Client, address: str) -> None:
    performance, trades = (signed_in.get(f"{address}{name}").json() for name in ("performance", "trades"))

    snapshot = Snapshot.objects.get()
    assert performance == snapshot.performance
    assert {"years", "months", "drawdowns", "rolling_year", "accounts", "income", "real"} <= set(performance)
    assert trades == {"trades": snapshot.trades}


def test_who_has_a_report_is_not_sent_it_again_until_it_is_computed_again(signed_in: Client, address: str) -> None:
    tag = signed_in.get(f"{address}report")["ETag"]

    same = signed_in.get(f"{address}report", headers={"if-none-match": f'"other", {tag}'})
    figure = signed_in.get(f"{address}explain/twr", headers={"if-none-match": tag})
    Snapshot.objects.update(computed_at="2030-01-01T00:00Z")
    newer = signed_in.get(f"{address}report", headers={"if-none-match": tag})

    assert [(answer.status_code, answer.content == b"") for answer in (same, figure, newer)] == [
        (304, True), (304, True), (200, False),
    ]  # fmt: skip


def test_every_figure_of_a_report_is_explained(signed_in: Client, address: str) -> None:
    report = signed_in.get(f"{address}report").json()

    found = {name: signed_in.get(f"{address}explain/{name}") for name in names(report)}

    assert {name: answer.status_code for name, answer in found.items() if answer.status_code != 200} == {}
    assert {name for name, answer in found.items() if answer.json()["name"] != name} == set()
    assert found["value_end"].json()["result"] == report["value_end"]


def test_a_figure_that_does_not_exist_names_those_that_do(signed_in: Client, address: str) -> None:
    answer = signed_in.get(f"{address}explain/luck")

    assert answer.status_code == 404
    assert answer.json()["error"] == "There is no figure «luck» in this report; «names» lists what there is."
    assert "twr" in answer.json()["names"]


@pytest.mark.parametrize("missing", ["twr", "holdings", "payments"])
def test_a_report_of_an_older_version_is_not_taken_for_a_figure_that_does_not_exist(
    signed_in: Client, address: str, missing: str
) -> None:
    snapshot = Snapshot.objects.get()
    del snapshot.report[missing]
    snapshot.save()

    answer = signed_in.get(f"{address}explain/twr")

    assert answer.status_code == 404
    assert answer.json()["error"].startswith("These figures were computed by an older version. They are computed again")


@pytest.mark.parametrize("page", ["report", "performance", "trades", "explain/twr"])
def test_without_a_report_a_sentence_says_so(signed_in: Client, portfolio: Portfolio, page: str) -> None:
    answer = signed_in.get(f"/api/portfolios/{portfolio.pk}/{page}")

    assert answer.status_code == 404
    assert answer.json()["error"].endswith("or its report has not been computed yet.")


@pytest.mark.parametrize("page", ["report", "performance", "trades", "explain/twr"])
def test_only_its_owner_reads_it_and_nobody_writes_it(client: Client, address: str, page: str) -> None:
    stranger = client.get(address + page)
    client.force_login(User.objects.create_user("eve", is_staff=True))

    assert stranger.status_code == 401
    assert stranger.json() == {"error": "Nobody is logged in. Send the cookie of a session of yours."}
    assert client.get(address + page).status_code == 404
    assert client.post(address + page).status_code == 405
    assert client.get(f"/api/portfolios/{'9' * 30}/{page}").status_code == 404
