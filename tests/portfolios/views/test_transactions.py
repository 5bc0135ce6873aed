from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Finding
from tests.portfolios.given import NOW, listed, proposed, typed

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_activity_list_shows_pence_as_pence_and_their_sum_as_pounds(
    signed_in: Client, invested: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    typed(invested, Kind.DEPOSIT, "2024-06-04", amount="5", currency="EUR")
    typed(invested, Kind.INTEREST, "2024-06-04", amount="7", tax="1.5")

    # session, user, portfolio; how many, rows with instruments; proposed dividends; what looks wrong: snapshot, traded
    # and benchmarks, instruments, findings; jobs
    with django_assert_num_queries(11):
        page = text(signed_in.get(f"/portfolios/{invested.pk}/activity/"))

    for shown in ("60.00p", "£60.00", "$1,500.00", "€5.00", "$7.00", "$1.50"):
        assert shown in page


def test_long_lists_come_in_pages_and_any_page_number_is_answered(signed_in: Client, portfolio: Portfolio) -> None:
    for _ in range(101):
        typed(portfolio, Kind.FEE, "2024-06-04", amount="5")
    address = f"/portfolios/{portfolio.pk}/activity/"

    first, second = text(signed_in.get(address)), text(signed_in.get(f"{address}?page=2"))

    assert ("1 of 2" in first, first.count(">Edit<")) == (True, 100)
    assert ("2 of 2" in second, second.count(">Edit<")) == (True, 1)
    assert [signed_in.get(f"{address}?page={page}").status_code for page in ("0", "x", "999", "-1")] == [200] * 4


def test_an_empty_list_offers_the_first_trade(signed_in: Client, portfolio: Portfolio) -> None:
    assert "Add the first trade" in text(signed_in.get(f"/portfolios/{portfolio.pk}/activity/"))


def test_what_waits_for_its_owner_is_said_above_the_list(signed_in: Client, portfolio: Portfolio) -> None:
    share = listed("KO")
    address = f"/portfolios/{portfolio.pk}/activity/"
    typed(portfolio, Kind.BUY, "2024-01-02", share, "10", price="60")
    quiet = text(signed_in.get(address))
    proposed(portfolio, share)
    proposed(portfolio, share, "2024-06-14")
    proposed(portfolio, share, "2024-09-14", state="dismissed")
    Finding.objects.create(instrument=share, kind="gap", day="2024-01-03", message="One day.", found_at=NOW)
    busy = text(signed_in.get(address))

    assert ("proposed" in quiet, "to check" in quiet) == (False, False)
    assert ("2 dividends are proposed." in busy, "1 to check" in busy) == (True, True)


def test_kinds_are_written_as_words_with_the_account_beside_the_security(
    signed_in: Client, portfolio: Portfolio
) -> None:
    typed(portfolio, Kind.RETURN_OF_CAPITAL, "2024-01-02", listed("KO"), amount="1", account="ISA")
    typed(portfolio, Kind.INTEREST, "2024-01-03", amount="-7")

    page = text(signed_in.get(f"/portfolios/{portfolio.pk}/activity/"))

    for shown in ("Return of capital", '<span class="sub">ISA</span>', "−$7.00"):
        assert shown in page


def test_all_transactions_come_as_a_file(
    signed_in: Client, portfolio: Portfolio, django_assert_num_queries: Callable[..., Any]
) -> None:
    portfolio.name = "Anna & Björn"
    portfolio.save()
    typed(portfolio, Kind.BUY, "2024-01-02", listed("KO"), "10", price="60", note="=1+1")

    with django_assert_num_queries(4):  # session, user, portfolio, rows
        answer = signed_in.get(f"/portfolios/{portfolio.pk}/activity/export.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="anna-bjorn-transactions.csv"'
    assert text(answer).splitlines()[1:] == ["2024-01-02,buy,KO,10,60,,0,0,,,,'=1+1,"]
